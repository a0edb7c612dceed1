// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/filewriter.h"
#include "ui/transfers/transfer.h"

namespace condaoci::ui {

/// Every transfer, the newest last; each kept in a file of its own (FOLDER/ID.json), written in the background when it
/// starts and when it ends, so that the program may end at any time. Lives on the UI thread.
class Transfers : public QObject
{
    Q_OBJECT

public:
    Transfers(QString folder, Credentials credentials, QObject* parent = nullptr);
    ~Transfers() override; ///< stops what runs

    [[nodiscard]] int count() const { return static_cast<int>(m_transfers.size()); }
    [[nodiscard]] Transfer* at(int index) const { return m_transfers[static_cast<size_t>(index)].get(); }
    [[nodiscard]] int indexOf(const Transfer* transfer) const; ///< -1: not one of these
    [[nodiscard]] bool isAnyRunning() const;
    [[nodiscard]] const QStringList& problems() const { return m_problems; } ///< files that could not be read

    Transfer* start(const mirror::CopyRequest& request);
    /// Runs the same request again; since what is there is not copied again, this goes on where it stopped.
    Transfer* runAgain(const Transfer& transfer);
    /// Runs for the failed packages only. Error kind Disk where their list can't be written.
    [[nodiscard]] Result<Transfer*> retryFailed(const Transfer& transfer);
    void remove(const Transfer* transfer); ///< of a finished one; also its file
    void stopAll();
    /// Of these lists of packages those go that were made for a transfer (of a selection, of what had failed) and that
    /// none names any more.
    void removeUnneeded(const QStringList& lists) const;

Q_SIGNALS:
    void aboutToAdd(int index);
    void added(int index);
    void aboutToRemove(int index);
    void removed(int index);
    void changed(int index); ///< state or totals
    void finished(condaoci::ui::Transfer* transfer);
    void notWritten(const QString& message);

private:
    void load();
    void keep(const Transfer& transfer);
    void watch(Transfer* transfer);
    [[nodiscard]] QString pathOf(const Transfer& transfer) const;
    [[nodiscard]] QString selections() const;

    QString m_folder;
    Credentials m_credentials;
    std::vector<std::unique_ptr<Transfer>> m_transfers;
    QStringList m_problems;
    int m_lastNumber = 0;
    FileWriter m_writer;
};

} // namespace condaoci::ui
