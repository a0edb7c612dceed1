// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/upkeep/cachecheck.h"

#include <QAbstractTableModel>

#include <memory>

namespace condaoci::ui {

/// The files of a cache, as a table. Filters and sorts in the background, the newest wish wins.
class CacheModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Version, Build, Format, Channel, Subdir, Size, State, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    using Files = std::shared_ptr<const std::vector<mirror::CacheFile>>;

    ~CacheModel() override;

    void setFiles(std::vector<mirror::CacheFile> files);
    void forgetFiles(); ///< they could not be read
    void setFilter(const QString& text, bool onlyDamaged);

    [[nodiscard]] const Files& files() const { return m_files; } ///< never null
    [[nodiscard]] const mirror::CacheFile& fileAt(int row) const
    {
        return (*m_shownFiles)[m_rows[static_cast<size_t>(row)]];
    }

    /// Whether the rows are those of files that were read, not of before.
    [[nodiscard]] bool isReady() const { return m_isRead && m_shownFiles == m_files; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    void rebuild();

    Files m_files = std::make_shared<std::vector<mirror::CacheFile>>();
    Files m_shownFiles = m_files; ///< those that m_rows is of, until the new ones are sorted
    std::vector<size_t> m_rows;
    bool m_isRead = false;
    QString m_filter;
    bool m_onlyDamaged = false;
    int m_sortColumn = Name;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    std::stop_source m_rebuilding;
};

[[nodiscard]] QString shown(mirror::CacheState state);

} // namespace condaoci::ui
