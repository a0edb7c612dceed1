// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/secrets.h"

#include <QByteArray>
#include <QStringList>

#include <algorithm>
#include <deque>
#include <mutex>

namespace condaoci {

namespace {

constexpr qsizetype shortest = 4; // bytes
constexpr size_t mostKept = 256;

struct Secrets
{
    std::mutex mutex;
    std::deque<std::pair<QByteArray, QStringList>> kept; ///< each as it was given, and in all its forms
    QByteArray last;                                     ///< field that was remembered, as most are again
};

/// Lives until the process ends: messages are written up to its end, too.
Secrets& secrets()
{
    static auto& all = *new Secrets;
    return all;
}

void addForms(QStringList& forms, const QByteArray& secret)
{
    if (secret.size() < shortest)
        return;
    const QByteArray url = secret.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    for (const QByteArray& form :
         {secret, secret.toBase64(), secret.toBase64(QByteArray::OmitTrailingEquals), url, secret.toPercentEncoding()})
        forms.append(QString::fromUtf8(form));
}

/// The mutex is held.
void keep(const QByteArray& given, const QByteArrayList& parts)
{
    auto& kept = secrets().kept;
    if (std::any_of(kept.begin(), kept.end(), [&](const auto& one) { return one.first == given; }))
        return;
    QStringList forms;
    for (const QByteArray& part : parts)
        addForms(forms, part);
    forms.removeDuplicates();
    // The longest first: what is left of a longer form, when a part of it is gone, would still tell something.
    std::sort(forms.begin(), forms.end(), [](const QString& a, const QString& b) { return a.size() > b.size(); });
    kept.emplace_front(given, forms);
    if (kept.size() > mostKept)
        kept.pop_back();
}

} // namespace

void rememberAuthorization(QByteArrayView field)
{
    const std::scoped_lock lock(secrets().mutex);
    if (field == secrets().last)
        return;
    secrets().last = field.toByteArray();
    const qsizetype space = field.indexOf(' ');
    const QByteArray scheme = field.first(std::max<qsizetype>(space, 0)).toByteArray().toLower();
    const QByteArray value = field.sliced(space + 1).toByteArray().trimmed();
    if (scheme != "basic")
        return keep(value, {value});
    const QByteArray account = QByteArray::fromBase64(value);
    keep(value, {account, account.mid(account.indexOf(':') + 1)});
}

void rememberSecret(QByteArrayView secret)
{
    const std::scoped_lock lock(secrets().mutex);
    keep(secret.toByteArray(), {secret.toByteArray()});
}

QString withoutRememberedSecrets(QString text)
{
    const std::scoped_lock lock(secrets().mutex);
    for (const auto& [given, forms] : secrets().kept) {
        for (const QString& form : forms)
            text.replace(form, QStringLiteral("***"));
    }
    return text;
}

} // namespace condaoci
