// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/copypackage.h"

#include "core/base/messages.h"
#include "core/mirror/copy/planner.h"

#include <algorithm>

namespace condaoci::mirror {

namespace {

using State = FileOutcome::State;

void fail(FileOutcome& outcome, const Error& error)
{
    outcome.state = error.kind == ErrorKind::Cancelled ? State::Cancelled : State::Failed;
    outcome.error = error;
}

/// sha256 wins over md5 (faults.md A27).
Result<void> compare(const conda::PackageRecord& record, const Sums& sums)
{
    const auto wrong = [](const QString& what, const QString& promised, const QString& got) {
        return Error{ErrorKind::Integrity,
                     Messages::tr("wrong %1: the index promises %2, %3 came").arg(what, promised, got),
                     {},
                     Side::Source};
    };
    const auto view = [](std::string_view text) {
        return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
    };
    if (record.size >= 0 && sums.size != record.size)
        return wrong(Messages::tr("size"), QString::number(record.size), QString::number(sums.size));
    if (!record.sha256.empty() && view(record.sha256) != sums.sha256.hex())
        return wrong(QStringLiteral("sha256"), QString::fromLatin1(view(record.sha256)),
                     QString::fromLatin1(sums.sha256.hex()));
    if (record.sha256.empty() && view(record.md5) != sums.md5)
        return wrong(QStringLiteral("md5"), QString::fromLatin1(view(record.md5)), QString::fromLatin1(sums.md5));
    return {};
}

/// Fetches until the bytes are right: a second time where they were not, since a CDN may serve a bad file once.
Result<Sums> fetchChecked(const FileRef& file, PackageSource& source, Incoming& incoming, int& attempts,
                          const Progress& progress)
{
    for (attempts = 1;; ++attempts) {
        if (auto fetched = source.fetch(file, incoming, progress); !fetched) {
            // A server that goes on in the wrong place may give the whole all the same; what is there already would
            // meet with the same for ever.
            const bool isBadPart =
                attempts == 1 && fetched.error().kind == ErrorKind::Protocol && incoming.written() > 0;
            if (!isBadPart)
                return fetched.error();
            if (auto restarted = incoming.restart(); !restarted)
                return restarted.error();
            continue;
        }
        auto sums = incoming.finish();
        if (!sums)
            return sums;
        auto compared = compare(*file.record, *sums);
        if (compared)
            return sums;
        // Wrong bytes are nothing to go on with, now or in another run.
        if (auto restarted = incoming.restart(); !restarted)
            return restarted.error();
        if (attempts == 2)
            return compared.error();
    }
}

/// What has been sent on of all of these files together, told as the second half of what there is to do with each.
/// \param places  of the files in the unit; these and `received` outlive what is returned
Progress secondHalf(const std::vector<ReceivedFile>& received, const std::vector<quint32>& places, const CopyUnit& unit,
                    const FileProgress& progress)
{
    return [&received, &places, first = unit.first, progress](qint64 bytes) {
        for (size_t n = 0; n < received.size(); ++n) {
            const qint64 size = received[n].sums.size;
            const qint64 sent = std::clamp<qint64>(bytes, 0, size);
            bytes -= sent;
            progress(first + places[n], (size + sent) / 2);
        }
    };
}

} // namespace

std::vector<FileOutcome> copyPackage(const CopyPlan& plan, const CopyUnit& unit, bool deep, PackageSource& source,
                                     PackageStore& store, const CopyHooks& hooks)
{
    std::vector<FileOutcome> outcomes(unit.count);
    std::vector<FileRef> asked;  // what the store has to be asked about
    std::vector<quint32> places; // of those, in outcomes
    for (quint32 i = 0; i < unit.count; ++i) {
        const PlannedFile& planned = plan.files[unit.first + i];
        const FileRef file = fileRef(plan, planned, unit.isAlone);
        if (planned.present) {
            outcomes[i].state = State::AlreadyThere;
            continue;
        }
        if (const auto missing = source.knownMissing(file)) {
            fail(outcomes[i], *missing);
            continue;
        }
        asked.push_back(file);
        places.push_back(i);
    }
    if (asked.empty())
        return outcomes;

    const auto failAll = [&](const Error& error) {
        for (const quint32 i : places) {
            if (outcomes[i].state == State::Waiting)
                fail(outcomes[i], error);
        }
        return outcomes;
    };
    const auto present = store.present(asked, deep);
    if (!present)
        return failAll(present.error());
    store.renew(asked.front());
    const bool isWanted =
        std::any_of(present->begin(), present->end(), [](const StoredFile& one) { return one.isNull(); });
    if (auto started = isWanted && hooks.mayStart ? hooks.mayStart() : Result<void>(); !started)
        return failAll(started.error());

    const int legs = store.sendsOn() ? 2 : 1; // each is a half of what there is to do, and to show
    std::vector<std::unique_ptr<Incoming>> arrived;
    std::vector<ReceivedFile> received;
    std::vector<quint32> receivedPlaces;
    for (size_t n = 0; n < asked.size(); ++n) {
        FileOutcome& outcome = outcomes[places[n]];
        if (const StoredFile& there = (*present)[n]; !there.isNull()) {
            outcome.state = State::AlreadyThere;
            outcome.sha256 = there.sha256.hex();
            outcome.size = there.size;
            continue;
        }
        auto incoming = store.receive(asked[n]);
        if (!incoming)
            return failAll(incoming.error());
        const auto fetched = [&, index = unit.first + places[n]](qint64 bytes) { hooks.progress(index, bytes / legs); };
        auto sums = fetchChecked(asked[n], source, **incoming, outcome.attempts, fetched);
        if (!sums) {
            fail(outcome, sums.error());
            continue;
        }
        outcome.sha256 = sums->sha256.hex();
        outcome.size = sums->size;
        received.push_back({asked[n], incoming->get(), *std::move(sums)});
        receivedPlaces.push_back(places[n]);
        arrived.push_back(*std::move(incoming));
    }
    if (received.empty())
        return outcomes;

    const auto put =
        store.put(received, legs > 1 ? secondHalf(received, receivedPlaces, unit, hooks.progress) : Progress());
    if (!put)
        return failAll(put.error());
    for (size_t n = 0; n < received.size(); ++n) {
        FileOutcome& outcome = outcomes[receivedPlaces[n]];
        if ((*put)[n])
            fail(outcome, *(*put)[n]);
        else
            outcome.state = State::Copied;
    }
    return outcomes;
}

} // namespace condaoci::mirror
