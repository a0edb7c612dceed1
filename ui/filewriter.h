// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QObject>
#include <QThreadPool>

namespace condaoci::ui {

/// Writes JSON files in the background, one after the other in the order in which they were given, each atomically: a
/// disk may take its time to say that something is on it. Lives on the UI thread; when it goes, everything is written.
class FileWriter : public QObject
{
    Q_OBJECT

public:
    explicit FileWriter(QObject* parent = nullptr);
    ~FileWriter() override;

    void write(const QString& path, const QJsonObject& content); ///< makes the folder where it is missing
    /// Waits until what was given so far is written, or was tried.
    void finish();
    /// The one write without the wait; what write() does in the background. Error kind Disk.
    [[nodiscard]] static Result<void> writeNow(const QString& path, const QJsonObject& content);

Q_SIGNALS:
    void failed(const QString& message);

private:
    QThreadPool m_thread; ///< one
};

} // namespace condaoci::ui
