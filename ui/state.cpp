// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/state.h"

#include "core/base/atomicfile.h"
#include "core/base/limits.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QHeaderView>
#include <QJsonDocument>

namespace condaoci::ui {

QJsonObject readStateFile(const QString& path, QString* problem)
{
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
    const QString aside = path + QStringLiteral(".damaged-") +
                          QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz"));
    const bool moved = QFile::rename(path, aside);
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
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (auto written = flush(); !written)
            Q_EMIT notWritten(written.error().message);
    });
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
    if (!QDir().mkpath(QFileInfo(m_path).path()))
        return Error{ErrorKind::Disk, tr("%1 can't be created").arg(QFileInfo(m_path).path())};
    return writeFileAtomically(m_path, QJsonDocument(m_values).toJson(QJsonDocument::Indented));
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

} // namespace condaoci::ui
