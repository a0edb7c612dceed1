// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QObject>
#include <QThreadPool>

#include <functional>

namespace condaoci::ui {

/// Writes files in the background, one after the other in the order in which they were given, each atomically: a disk
/// may take its time to say that something is on it. Lives on the UI thread; when it goes, everything is written.
class FileWriter : public QObject
{
    Q_OBJECT

public:
    explicit FileWriter(QObject* parent = nullptr);
    ~FileWriter() override;

    void write(const QString& path, const QJsonObject& content); ///< makes the folder where it is missing
    /// The same of text that is made in the background, too; where there is none, the file is removed.
    void write(const QString& path, std::function<QByteArray()> content);
    /// The thread that writes: what is run on it comes after what was given to write so far.
    [[nodiscard]] QThreadPool* thread() { return &m_thread; }
    /// Waits until what was given so far is written, or was tried.
    void finish();
    /// The one write without the wait; what write() does in the background. Error kind Disk.
    [[nodiscard]] static Result<void> writeNow(const QString& path, const QJsonObject& content);
    [[nodiscard]] static Result<void> writeNow(const QString& path, const QByteArray& content);

Q_SIGNALS:
    void failed(const QString& message);

private:
    void run(std::function<Result<void>()> write);

    QThreadPool m_thread; ///< one
};

} // namespace condaoci::ui
