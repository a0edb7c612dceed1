// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/upkeep/registrycheck.h"

#include <QJsonArray>

namespace condaoci::mirror {

namespace {

QJsonObject stepToJson(const CheckStep& step)
{
    QJsonObject json{{QStringLiteral("id"), step.id},
                     {QStringLiteral("name"), step.name},
                     {QStringLiteral("outcome"), outcomeName(step.outcome)},
                     {QStringLiteral("needed"), step.needed},
                     {QStringLiteral("detail"), step.detail}};
    if (step.error)
        json[QStringLiteral("error")] = toJson(*step.error);
    return json;
}

} // namespace

QString outcomeName(CheckStep::Outcome outcome)
{
    switch (outcome) {
    case CheckStep::Outcome::Works:
        return QStringLiteral("works");
    case CheckStep::Outcome::NotOffered:
        return QStringLiteral("not offered");
    case CheckStep::Outcome::Fails:
        return QStringLiteral("fails");
    case CheckStep::Outcome::Skipped:
        return QStringLiteral("skipped");
    }
    Q_UNREACHABLE();
}

int exitCode(const RegistryCheck& check)
{
    for (const CheckStep& step : check.steps) {
        if (!step.error || (!step.needed && step.error->kind != ErrorKind::Cancelled))
            continue;
        const int code = exitCode(*step.error);
        const ErrorKind kind = step.error->kind;
        const bool isAnswer =
            kind == ErrorKind::Protocol || kind == ErrorKind::Integrity || kind == ErrorKind::NotFound;
        return isAnswer && step.id != QLatin1String("reach") ? 1 : code;
    }
    return 0;
}

QJsonObject toJson(const RegistryCheck& check)
{
    QJsonArray steps;
    for (const CheckStep& step : check.steps)
        steps.append(stepToJson(step));
    QJsonArray readers;
    for (const Reader& reader : check.readers)
        readers.append(QJsonObject{{QStringLiteral("name"), reader.name},
                                   {QStringLiteral("canRead"), reader.canRead},
                                   {QStringLiteral("why"), reader.why}});
    return {{QStringLiteral("registry"), check.registry},
            {QStringLiteral("knownAs"), check.knownAs},
            {QStringLiteral("exitCode"), exitCode(check)},
            {QStringLiteral("steps"), steps},
            {QStringLiteral("readers"), readers},
            {QStringLiteral("leftBehind"), QJsonArray::fromStringList(check.leftBehind)},
            {QStringLiteral("notes"), QJsonArray::fromStringList(check.notes)}};
}

} // namespace condaoci::mirror
