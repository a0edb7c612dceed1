// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/planplaces.h"

#include "core/base/messages.h"

#include <algorithm>

namespace condaoci::mirror {

Result<QStringList> subdirsToRead(const CopySpec& spec, PackageSource& source, QStringList& notes)
{
    if (spec.subdirsNamed || spec.exact)
        return spec.subdirs;
    const auto found = source.subdirs();
    if (!found) {
        const ErrorKind kind = found.error().kind;
        if (kind == ErrorKind::Network || kind == ErrorKind::Timeout || kind == ErrorKind::Tls ||
            kind == ErrorKind::Cancelled)
            return found.error(); // its indexes would meet with the same
    }
    if (found && *found) {
        QStringList subdirs = spec.subdirs + **found;
        subdirs.removeDuplicates();
        return subdirs;
    }
    notes.append(
        Messages::tr("%1 does not say which platforms it has; these were not looked at: %2; to copy one, name it with "
                     "--subdir")
            .arg(describe(spec.source), conda::otherSubdirs().join(QStringLiteral(", "))));
    return spec.subdirs;
}

Result<void> checkChannel(const CopySpec& spec, const PlannedSubdir& subdir)
{
    if (spec.adopt || subdir.channel.isEmpty())
        return {};
    // A channel has several addresses, or moves; it is the same where it lists most of what is listed.
    const auto isOther = [&](const StoredIndex& stored) {
        if (stored.channel.isEmpty() || !stored.repodata || conda::isSameIdentity(stored.channel, subdir.channel))
            return false;
        const auto& records = stored.repodata->records();
        const auto common = std::count_if(records.begin(), records.end(), [&](const conda::PackageRecord& record) {
            return conda::lists(*subdir.index, record) || (subdir.yanked && conda::lists(*subdir.yanked, record));
        });
        return 2 * static_cast<size_t>(common) < records.size();
    };
    std::vector<const StoredIndex*> all{&subdir.storedIndex};
    for (const StoredIndex& stored : subdir.alsoThere)
        all.push_back(&stored);
    for (const StoredIndex* stored : all) {
        if (isOther(*stored))
            return Error{
                ErrorKind::Config,
                Messages::tr(
                    "%1 is a mirror of %2; to copy %3 into it would take the packages of %2 out of its index. "
                    "Give this channel a name of its own with --as NAME, or replace the other one with --adopt")
                    .arg(describe(spec.store), conda::shownIdentity(stored->channel),
                         conda::shownIdentity(subdir.channel)),
                subdir.name, Side::Store};
    }
    return {};
}

void arrangeUnits(CopyPlan& plan, size_t from)
{
    auto& units = plan.units;
    const auto nameOf = [&](const CopyUnit& unit) { return plan.files[unit.first].record->name; };
    for (size_t i = from; i < units.size(); ++i) {
        const bool hasNeighbour = (i > from && nameOf(units[i - 1]) == nameOf(units[i])) ||
                                  (i + 1 < units.size() && nameOf(units[i + 1]) == nameOf(units[i]));
        units[i].isAlone = units[i].isAlone || !hasNeighbour;
    }
    std::stable_partition(units.begin() + static_cast<std::ptrdiff_t>(from), units.end(), [&](const CopyUnit& unit) {
        const auto file = plan.files.begin() + unit.first;
        return std::none_of(file, file + unit.count, [](const PlannedFile& one) { return one.expected; });
    });
}

} // namespace condaoci::mirror
