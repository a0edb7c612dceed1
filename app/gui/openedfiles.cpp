// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/openedfiles.h"

#include <QCoreApplication>
#include <QFileOpenEvent>

namespace condaoci::app {

OpenedFiles::OpenedFiles(QObject* parent)
    : QObject(parent)
{
    QCoreApplication::instance()->installEventFilter(this);
}

bool OpenedFiles::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::FileOpen)
        return QObject::eventFilter(watched, event);
    if (const QString file = static_cast<QFileOpenEvent*>(event)->file(); !file.isEmpty())
        Q_EMIT opened(file);
    return true;
}

} // namespace condaoci::app
