// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/keychain.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>

#include <qt6keychain/keychain.h>

#include <memory>

namespace condaoci::app::keychain {

namespace {

const QString service = QStringLiteral("conda-oci-mirror");

Error unavailable(const QString& why)
{
    return Error{ErrorKind::Auth, QStringLiteral("the system's keychain can't be used: %1").arg(oneLine(why, 200))};
}

/// A job that the keychain never answered stays, since its answer may still come; it goes with it.
struct LetGo
{
    void operator()(QKeychain::Job* job) const
    {
        if (!job->autoDelete())
            delete job;
    }
};
template<typename Job>
using Owned = std::unique_ptr<Job, LetGo>;

/// A keychain that is locked may ask the user, who may not be there.
QKeychain::Error wait(QKeychain::Job& job)
{
    job.setAutoDelete(false);
    job.setInsecureFallback(false);
    QEventLoop loop;
    QObject::connect(&job, &QKeychain::Job::finished, &loop, &QEventLoop::quit);
    bool late = false;
    QTimer::singleShot(std::chrono::milliseconds(limits::keychainWait), &loop, [&] {
        late = true;
        loop.quit();
    });
    job.start();
    loop.exec();
    job.setAutoDelete(late);
    return late ? QKeychain::OtherError : job.error();
}

QString reason(const QKeychain::Job& job)
{
    return job.errorString().isEmpty() ? QStringLiteral("it does not answer") : job.errorString();
}

} // namespace

Result<std::optional<oci::Credentials>> read(const QString& place)
{
    const Owned<QKeychain::ReadPasswordJob> job(new QKeychain::ReadPasswordJob(service));
    job->setKey(place);
    const auto error = wait(*job);
    if (error == QKeychain::EntryNotFound)
        return std::optional<oci::Credentials>();
    if (error != QKeychain::NoError)
        return unavailable(reason(*job));
    const QJsonObject entry = QJsonDocument::fromJson(job->textData().toUtf8()).object();
    const oci::Credentials credentials{entry.value(QLatin1String("user")).toString(),
                                       entry.value(QLatin1String("secret")).toString()};
    return credentials.secret.isEmpty() ? std::optional<oci::Credentials>() : std::optional(credentials);
}

Result<void> write(const QString& place, const oci::Credentials& credentials)
{
    const Owned<QKeychain::WritePasswordJob> job(new QKeychain::WritePasswordJob(service));
    job->setKey(place);
    const QJsonObject entry{{QStringLiteral("user"), credentials.user}, {QStringLiteral("secret"), credentials.secret}};
    job->setTextData(QString::fromUtf8(QJsonDocument(entry).toJson(QJsonDocument::Compact)));
    if (wait(*job) != QKeychain::NoError)
        return unavailable(reason(*job));
    return {};
}

Result<bool> remove(const QString& place)
{
    // Some keychains call it a success to remove what is not there.
    auto there = read(place);
    if (!there)
        return there.error();
    if (!*there)
        return false;
    const Owned<QKeychain::DeletePasswordJob> job(new QKeychain::DeletePasswordJob(service));
    job->setKey(place);
    const auto error = wait(*job);
    if (error != QKeychain::NoError && error != QKeychain::EntryNotFound)
        return unavailable(reason(*job));
    return true;
}

} // namespace condaoci::app::keychain
