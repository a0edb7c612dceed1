// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/filewriter.h"

#include "core/base/outputfile.h"
#include "ui/background.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>

namespace condaoci::ui {

FileWriter::FileWriter(QObject* parent)
    : QObject(parent)
{
    m_thread.setMaxThreadCount(1);
}

FileWriter::~FileWriter()
{
    finish();
}

void FileWriter::write(const QString& path, const QJsonObject& content)
{
    run([path, content] { return writeNow(path, content); });
}

void FileWriter::write(const QString& path, std::function<QByteArray()> content)
{
    run([path, content = std::move(content)]() -> Result<void> {
        const QByteArray text = content();
        if (!text.isEmpty())
            return writeNow(path, text);
        QFile::remove(path);
        return {};
    });
}

void FileWriter::run(std::function<Result<void>()> write)
{
    // Not inBackground(): that may be asked to stop, and this must not be.
    auto* watcher = new QFutureWatcher<Result<void>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        watcher->deleteLater();
        if (const Result<void> written = watcher->result(); !written)
            Q_EMIT failed(written.error().message);
    });
    watcher->setFuture(QtConcurrent::run(&m_thread, std::move(write)));
}

void FileWriter::finish()
{
    m_thread.waitForDone();
}

Result<void> FileWriter::writeNow(const QString& path, const QJsonObject& content)
{
    return writeNow(path, QJsonDocument(content).toJson(QJsonDocument::Indented));
}

Result<void> FileWriter::writeNow(const QString& path, const QByteArray& content)
{
    if (auto made = makePrivateFolder(QFileInfo(path).path()); !made)
        return made;
    return writeOutput(path, content);
}

} // namespace condaoci::ui
