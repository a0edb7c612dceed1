// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/logging.h"

#include "core/base/text.h"

#include <QLoggingCategory>

#include <cstdio>

namespace condaoci::app {

namespace {

void printLogged(QtMsgType, const QMessageLogContext& context, const QString& message)
{
    // Qt's own slip when a server answers before it has read everything; nothing is wrong then.
    if (message.startsWith(QLatin1String("QNetworkReplyImplPrivate::error: Internal problem")))
        return;
    const QString line = QLatin1String(context.category ? context.category : "qt") + QStringLiteral(": ") + message;
    std::fputs((oneLine(withoutSecrets(line), 10'000) + QLatin1Char('\n')).toUtf8().constData(), stderr);
}

} // namespace

void logToStandardError()
{
    qInstallMessageHandler(printLogged);
}

} // namespace condaoci::app
