// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/filelock.h"

#include <QLocalServer>
#include <QObject>

namespace condaoci::app {

/// One window for each folder of state: the first start listens on a local socket that only its user can reach; a
/// second one hands over the files that it was called with and ends.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    /// \param folder  of the state; made if it is not there
    explicit SingleInstance(const QString& folder, QObject* parent = nullptr);

    /// True if this start is the first. Otherwise the files have been handed over (or the first does not answer, then
    /// `problem()` says so).
    [[nodiscard]] bool claim(const QStringList& files);
    [[nodiscard]] const QString& problem() const { return m_problem; }

Q_SIGNALS:
    /// Somebody started the program again, with these files (absolute paths; none: just show the window).
    void startedAgain(const QStringList& files);

private:
    [[nodiscard]] bool handOver(const QStringList& files);

    QString m_name;
    FileLock m_lock;
    QLocalServer m_server;
    QString m_problem;
};

} // namespace condaoci::app
