// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/state.h"

#include "core/base/limits.h"
#include "core/base/outputfile.h"
#include "core/base/syncfile.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QHeaderView>
#include <QJsonDocument>
#include <QSplitter>

namespace condaoci::ui {

QJsonObject readStateFile(const QString& path, QString* problem)
{
    // A link to /dev/null is how people say that nothing is to be remembered; to read a pipe would last for ever.
    const sync::FileKind kind = sync::kindOf(path);
    if (kind == sync::FileKind::Pipe || kind == sync::FileKind::Other)
        return {};
    auto bytes = readFile(path, limits::metadataFile);
    if (!bytes && bytes.error().kind == ErrorKind::NotFound)
        return {};
    QJsonParseError parsed;
    const QJsonDocument document = bytes ? QJsonDocument::fromJson(*bytes, &parsed) : QJsonDocument();
    if (bytes && document.isObject())
        return document.object();
    const QString reason = !bytes                                     ? bytes.error().message
                           : parsed.error != QJsonParseError::NoError ? parsed.errorString()
                                                                      : State::tr("not an object");
    const QString file = withoutLinks(path); // a link stays, and leads to the new one
    const QString aside = file + QStringLiteral(".damaged-") +
                          QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz"));
    const bool moved = QFile::rename(file, aside);
    *problem = moved ? State::tr("%1 was damaged (%2) and has been set aside as %3; its settings are lost")
                           .arg(QDir::toNativeSeparators(path), reason, QFileInfo(aside).fileName())
                     : State::tr("%1 can't be read (%2)").arg(QDir::toNativeSeparators(path), reason);
    return {};
}

State::State(QString path, QObject* parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_values(readStateFile(m_path, &m_problem))
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, [this] { m_writer.write(m_path, m_values); });
    connect(&m_writer, &FileWriter::failed, this, &State::notWritten);
}

State::~State()
{
    if (m_timer.isActive())
        (void)flush();
}

void State::set(const QString& key, const QJsonValue& value)
{
    if (m_values.value(key) == value)
        return;
    m_values[key] = value;
    m_timer.start();
}

Result<void> State::flush()
{
    m_timer.stop();
    m_writer.finish();
    return FileWriter::writeNow(m_path, m_values);
}

QByteArray State::bytes(const QString& key) const
{
    return QByteArray::fromBase64(value(key).toString().toLatin1());
}

void State::setBytes(const QString& key, const QByteArray& bytes)
{
    set(key, QString::fromLatin1(bytes.toBase64()));
}

void State::remember(QHeaderView* header, const QString& key)
{
    if (const QByteArray saved = bytes(key); !saved.isEmpty())
        header->restoreState(saved);
    const auto save = [this, header, key] { setBytes(key, header->saveState()); };
    connect(header, &QHeaderView::sectionResized, this, save);
    connect(header, &QHeaderView::sectionMoved, this, save);
    connect(header, &QHeaderView::sortIndicatorChanged, this, save);
}

void State::remember(QSplitter* splitter, const QString& key)
{
    if (const QByteArray saved = bytes(key); !saved.isEmpty())
        splitter->restoreState(saved);
    connect(splitter, &QSplitter::splitterMoved, this, [this, splitter, key] { setBytes(key, splitter->saveState()); });
}

} // namespace condaoci::ui
