// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/arguments.h"

#include "core/base/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

#include <algorithm>

#ifndef Q_OS_WIN
#include <sys/stat.h>
#endif

namespace condaoci::app {

namespace {

bool isUtf8(const QByteArray& bytes)
{
    return QString::fromUtf8(bytes).toUtf8() == bytes; // a byte order mark at its front would be lost as well
}

/// Its bytes, those beyond ASCII as a shell takes them in $'…'.
QString shown(const QByteArray& bytes)
{
    QString out;
    for (const char c : bytes) {
        if (c >= ' ' && c < 0x7f)
            out += QLatin1Char(c);
        else
            out += QStringLiteral("\\x%1").arg(static_cast<quint8>(c), 2, 16, QLatin1Char('0'));
    }
    return oneLine(out, 300);
}

#ifndef Q_OS_WIN
/// Does the name that Qt has for the current folder lead there?
bool isCurrent(const QString& path)
{
    struct stat here = {};
    struct stat named = {};
    return stat(".", &here) == 0 && stat(QFile::encodeName(path).constData(), &named) == 0 &&
           here.st_dev == named.st_dev && here.st_ino == named.st_ino;
}
#endif

Error notUtf8(const QString& what)
{
    return Error{ErrorKind::Config,
                 what +
                     QStringLiteral(" is not UTF-8; rename the file or folder, or reach it by another name (a link)")};
}

} // namespace

std::vector<std::string> givenWords(int argc, char** argv)
{
#ifdef Q_OS_WIN
    // What main() gets is in a code page, which may not have all of it.
    std::vector<std::string> words;
    const QStringList arguments = QCoreApplication::arguments();
    for (qsizetype i = 1; i < arguments.size(); ++i)
        words.push_back(arguments[i].toStdString());
    (void)argc;
    (void)argv;
    return words;
#else
    return {argv + 1, argv + std::max(argc, 1)};
#endif
}

Result<void> checkEncoding(const std::vector<std::string>& words)
{
    for (const std::string& word : words) {
        const auto bytes = QByteArray::fromStdString(word);
        if (!isUtf8(bytes))
            return notUtf8(QStringLiteral("the argument ") + shown(bytes));
    }
#ifndef Q_OS_WIN
    for (const char* name : {"HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "DOCKER_CONFIG",
                             "REGISTRY_AUTH_FILE", "SSL_CERT_FILE"}) {
        if (const QByteArray value = qgetenv(name); !isUtf8(value))
            return notUtf8(QStringLiteral("the environment's %1, %2,").arg(QLatin1String(name), shown(value)));
    }
    const QString current = QDir::currentPath();
    if (current.contains(QChar::ReplacementCharacter) && !isCurrent(current))
        return notUtf8(QStringLiteral("the current folder, %1,").arg(oneAsciiLine(current)));
#endif
    return {};
}

} // namespace condaoci::app
