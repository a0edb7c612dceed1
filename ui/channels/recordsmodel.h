// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/channels/records.h"

#include <QAbstractTableModel>
#include <QTimer>

namespace condaoci::ui {

/// The records of a channel that the filter shows. Keeps four bytes for each shown row and a bit for each record (is it
/// checked?); sorts and filters in the background, the newest wish wins. Everything is sorted once, so that a filter
/// has only to choose. Takes a million rows without a proxy model; since a table view notes something for each of its
/// rows, it is given them in steps, the first ones at once.
class RecordsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit RecordsModel(QObject* parent = nullptr);
    ~RecordsModel() override;

    void setRecords(std::shared_ptr<const Records> records); ///< null: none. Nothing is checked then
    void setPresence(std::vector<Presence> presence);        ///< one a record, or empty: not compared
    void setFilter(const QString& text);
    [[nodiscard]] const QString& filter() const { return m_filter; }

    [[nodiscard]] const std::shared_ptr<const Records>& records() const { return m_records; }
    [[nodiscard]] const conda::PackageRecord* recordAt(int row) const; ///< null outside
    [[nodiscard]] QString subdirAt(int row) const;
    [[nodiscard]] Presence presenceAt(int row) const; ///< Unknown outside, and where nothing is compared
    [[nodiscard]] qint64 shownCount() const { return static_cast<qint64>(m_rows.size()); } ///< rowCount() soon
    [[nodiscard]] bool isFiltering() const { return m_isFiltering; }

    void setChecked(const std::vector<int>& rows, bool checked);
    void toggle(const std::vector<int>& rows); ///< all on, or if all are on, off
    void checkAllShown();
    void clearChecks();
    [[nodiscard]] qint64 checkedCount() const { return m_checkedCount; }
    [[nodiscard]] qint64 checkedBytes() const { return m_checkedBytes; }
    [[nodiscard]] std::vector<quint32> checked() const; ///< numbers of records; O(all)
    void check(const Ticks& ticks);                     ///< these, too
    [[nodiscard]] int rowOf(quint32 record) const;      ///< among rowCount(); -1: it is not there. O(rows)

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

Q_SIGNALS:
    void filtered(); ///< the rows are those of the newest filter and order, the first of them at least
    void filterRefused(const QString& reason);
    void checksChanged();

private:
    void reorder();
    void refilter();
    void setRows(std::vector<quint32> rows);
    void addRows();
    void check(quint32 record, bool checked);
    void tellChecks();
    [[nodiscard]] QString text(quint32 record, RecordColumn column) const;

    std::shared_ptr<const Records> m_records;
    std::shared_ptr<const std::vector<Presence>> m_presence = std::make_shared<std::vector<Presence>>();
    std::vector<quint32> m_rows;
    int m_given = 0; ///< rows of these that views know of
    QTimer m_givesRows;
    std::vector<bool> m_checked;
    qint64 m_checkedCount = 0;
    qint64 m_checkedBytes = 0;
    QString m_filter;
    RecordOrder m_order;
    std::shared_ptr<const std::vector<quint32>> m_sorted; ///< every record in m_order; null while that is being made
    bool m_isFiltering = false;
    std::stop_source m_sorting;
    std::stop_source m_filtering;
};

} // namespace condaoci::ui
