// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/jobsmodel.h"

#include "core/base/text.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <QLocale>

namespace condaoci::ui {

namespace {

QIcon stateIcon(const Transfer& transfer)
{
    switch (transfer.state()) {
    case Transfer::State::Done:
        return icon("emblem-ok-symbolic");
    case Transfer::State::Incomplete:
    case Transfer::State::Interrupted:
        return icon("dialog-warning");
    case Transfer::State::Failed:
        return icon("dialog-error");
    case Transfer::State::Stopped:
        return icon("media-playback-stop");
    default:
        return icon("media-playback-start");
    }
}

QString text(const Transfer& transfer, int column)
{
    const QLocale locale;
    const mirror::Totals& totals = transfer.totals();
    switch (column) {
    case JobsModel::Title:
        return oneLine(transfer.title(), 500);
    case JobsModel::State:
        return transfer.stateText();
    case JobsModel::Packages:
        return JobsModel::tr("%1 of %2")
            .arg(locale.toString(transfer.isRunning() ? totals.filesDone : totals.copied + totals.alreadyThere),
                 locale.toString(totals.files));
    case JobsModel::Size:
        return shownSize(transfer.isRunning() ? totals.bytes : totals.bytesCopied);
    case JobsModel::Speed:
        return transfer.isRunning() ? JobsModel::tr("%1/s").arg(shownSize(transfer.speed())) : QString();
    case JobsModel::Left:
        return transfer.secondsLeft() < 0 ? QString() : shownDuration(transfer.secondsLeft());
    case JobsModel::Started:
        return shownTime(transfer.startedAt());
    default:
        return {};
    }
}

} // namespace

int thousandthsDone(const Transfer& transfer)
{
    const mirror::Totals& totals = transfer.totals();
    if (transfer.state() == Transfer::State::Done)
        return 1000;
    // Where something is missing it is not all, were it only what could not even be planned.
    const qint64 most = transfer.isRunning() ? 1000 : 999;
    if (totals.bytes > 0) {
        // While it runs, how far it is; then, how much of it is there.
        const qint64 handled = totals.bytesDone + (transfer.isRunning() ? totals.bytesFailed : 0);
        return static_cast<int>(std::clamp<qint64>(handled * 1000 / totals.bytes, 0, most));
    }
    const qint64 done = totals.copied + totals.alreadyThere;
    return totals.files > 0 ? static_cast<int>(std::min(done * 1000 / totals.files, most)) : 0;
}

JobsModel::JobsModel(Transfers& transfers, QObject* parent)
    : QAbstractTableModel(parent)
    , m_transfers(transfers)
    , m_count(transfers.count())
{
    connect(&m_transfers, &Transfers::aboutToAdd, this, [this] { beginInsertRows({}, 0, 0); });
    connect(&m_transfers, &Transfers::added, this, [this] {
        ++m_count;
        endInsertRows();
    });
    connect(&m_transfers, &Transfers::aboutToRemove, this, [this](int index) {
        const int row = m_count - 1 - index;
        beginRemoveRows({}, row, row);
    });
    connect(&m_transfers, &Transfers::removed, this, [this] {
        --m_count;
        endRemoveRows();
    });
    connect(&m_transfers, &Transfers::changed, this, [this](int index) {
        const int row = m_count - 1 - index;
        if (index >= 0 && row >= 0)
            Q_EMIT dataChanged(this->index(row, 0), this->index(row, ColumnCount - 1));
    });
}

Transfer* JobsModel::transferAt(int row) const
{
    return row >= 0 && row < m_count ? m_transfers.at(m_count - 1 - row) : nullptr;
}

int JobsModel::rowOf(const Transfer* transfer) const
{
    const int index = m_transfers.indexOf(transfer);
    return index < 0 ? -1 : m_count - 1 - index;
}

int JobsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_count;
}

int JobsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobsModel::data(const QModelIndex& index, int role) const
{
    const Transfer* transfer = index.isValid() ? transferAt(index.row()) : nullptr;
    if (!transfer)
        return {};
    if (role == Qt::DisplayRole)
        return text(*transfer, index.column());
    if (role == Qt::DecorationRole && index.column() == State)
        return stateIcon(*transfer);
    if (role == Qt::ToolTipRole)
        return plainToolTip(index.column() == State && !transfer->error().isEmpty() ? transfer->error()
                                                                                    : text(*transfer, index.column()));
    if (role == ThousandthsRole && index.column() == Progress)
        return thousandthsDone(*transfer);
    if (role == Qt::TextAlignmentRole && index.column() >= Packages && index.column() <= Left)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::AccessibleTextRole && index.column() == Progress)
        return tr("%1 percent").arg(thousandthsDone(*transfer) / 10);
    return {};
}

QVariant JobsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (section) {
    case Title:
        return tr("Transfer");
    case State:
        return tr("State");
    case Progress:
        return tr("Progress");
    case Packages:
        return tr("Packages");
    case Size:
        return tr("Size");
    case Speed:
        return tr("Speed");
    case Left:
        return tr("Time left");
    default:
        return tr("Started");
    }
}

} // namespace condaoci::ui
