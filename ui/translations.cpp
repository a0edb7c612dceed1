// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace condaoci::ui {

void installTranslators(QCoreApplication& application, const QString& language)
{
    const QLocale locale = language.isEmpty() ? QLocale() : QLocale(language);
    auto* qt = new QTranslator(&application);
    if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                 QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(qt);
    auto* ours = new QTranslator(&application);
    const QString folder = QStringLiteral(":/conda-oci-mirror/translations");
    const bool loaded = language == QLatin1String("qps")
                            ? ours->load(folder + QStringLiteral("/conda-oci-mirror_qps.qm"))
                            : ours->load(locale, QStringLiteral("conda-oci-mirror"), QStringLiteral("_"), folder);
    // English has a file, too, for its plural forms alone.
    if (loaded || ours->load(folder + QStringLiteral("/conda-oci-mirror_en.qm")))
        QCoreApplication::installTranslator(ours);
}

} // namespace condaoci::ui
