// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/cachecheck.h"

#include <QAbstractTableModel>

namespace condaoci::ui {

/// The files of a cache, as a table.
class CacheModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Version, Build, Channel, Subdir, Size, State, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setFiles(std::vector<mirror::CacheFile> files);
    void setFile(size_t number, mirror::CacheFile file); ///< news of one of them
    void setFilter(const QString& text, bool onlyDamaged);

    [[nodiscard]] const std::vector<mirror::CacheFile>& files() const { return m_files; }
    [[nodiscard]] const mirror::CacheFile& fileAt(int row) const { return m_files[m_rows[static_cast<size_t>(row)]]; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    void rebuild();
    [[nodiscard]] bool isShown(const mirror::CacheFile& file) const;

    std::vector<mirror::CacheFile> m_files;
    std::vector<size_t> m_rows;
    QString m_filter;
    bool m_onlyDamaged = false;
    int m_sortColumn = Name;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

[[nodiscard]] QString shown(mirror::CacheState state);

} // namespace condaoci::ui
