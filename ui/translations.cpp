// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/translations.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace condaoci::ui {

namespace {

const QString folder = QStringLiteral(":/conda-oci-mirror/translations");
const QString pseudo = QStringLiteral("qps"); ///< for tests; nobody's language

} // namespace

QStringList translationLanguages()
{
    QStringList languages;
    for (const QString& file : QDir(folder).entryList({QStringLiteral("*.qm")}, QDir::Files, QDir::Name)) {
        const QString language = file.section(QLatin1Char('_'), 1).section(QLatin1Char('.'), 0, 0);
        if (language != pseudo)
            languages.append(language);
    }
    return languages;
}

void installTranslators(QCoreApplication& application, const QString& language)
{
    const QLocale locale = language.isEmpty() ? QLocale() : QLocale(language);
    if (!language.isEmpty() && language != pseudo)
        QLocale::setDefault(locale); // numbers and dates go with the words
    auto* qt = new QTranslator(&application);
    if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                 QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(qt);
    auto* ours = new QTranslator(&application);
    const bool loaded = language == pseudo
                            ? ours->load(folder + QStringLiteral("/conda-oci-mirror_qps.qm"))
                            : ours->load(locale, QStringLiteral("conda-oci-mirror"), QStringLiteral("_"), folder);
    // English has a file, too, for its plural forms alone.
    if (loaded || ours->load(folder + QStringLiteral("/conda-oci-mirror_en.qm")))
        QCoreApplication::installTranslator(ours);
}

} // namespace condaoci::ui
