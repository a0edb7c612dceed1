// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/preferences.h"

#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "ui/state.h"

#include <QJsonDocument>

namespace condaoci::ui {

Preferences Preferences::load(const State& state)
{
    const QJsonObject json = state.value(QStringLiteral("preferences")).toObject();
    Preferences preferences;
    preferences.workers = std::clamp(json.value(QLatin1String("workers")).toInt(preferences.workers), 1, 64);
    preferences.spacing = std::clamp(json.value(QLatin1String("spacing")).toInt(preferences.spacing), 0, 3'600'000);
    preferences.cacheDirectory = json.value(QLatin1String("cacheDirectory")).toString();
    preferences.registry = json.value(QLatin1String("registry")).toString();
    preferences.closing = static_cast<Closing>(std::clamp(json.value(QLatin1String("closing")).toInt(), 0, 2));
    preferences.caFile = json.value(QLatin1String("caFile")).toString();
    preferences.clientCertificate = json.value(QLatin1String("clientCertificate")).toString();
    preferences.clientKey = json.value(QLatin1String("clientKey")).toString();
    preferences.language = json.value(QLatin1String("language")).toString();
    return preferences;
}

QString Preferences::keptLanguage(const QString& stateFile)
{
    const auto bytes = readFile(stateFile, limits::metadataFile);
    const QJsonObject state = bytes ? QJsonDocument::fromJson(*bytes).object() : QJsonObject();
    return state.value(QLatin1String("preferences")).toObject().value(QLatin1String("language")).toString();
}

void Preferences::save(State& state) const
{
    state.set(QStringLiteral("preferences"), QJsonObject{{QStringLiteral("workers"), workers},
                                                         {QStringLiteral("spacing"), spacing},
                                                         {QStringLiteral("cacheDirectory"), cacheDirectory},
                                                         {QStringLiteral("registry"), registry},
                                                         {QStringLiteral("closing"), static_cast<int>(closing)},
                                                         {QStringLiteral("caFile"), caFile},
                                                         {QStringLiteral("clientCertificate"), clientCertificate},
                                                         {QStringLiteral("clientKey"), clientKey},
                                                         {QStringLiteral("language"), language}});
}

} // namespace condaoci::ui
