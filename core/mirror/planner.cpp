// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/planner.h"

#include "core/base/text.h"
#include "core/mirror/naming.h"

#include "core/conda/version.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace condaoci::mirror {

namespace {

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

std::string_view stemOf(const conda::PackageRecord& record)
{
    return record.fileName.substr(0, record.fileName.size() - conda::extension(record.format).size());
}

/// Of each name the newest version by conda's ordering, of it the highest build number, of that every build string.
void keepNewest(std::vector<const conda::PackageRecord*>& records)
{
    struct Best
    {
        conda::Version version;
        qint64 buildNumber;
    };
    std::unordered_map<std::string_view, Best> best;
    std::vector<std::optional<conda::Version>> versions;
    for (const conda::PackageRecord* record : records) {
        auto version = conda::Version::parse(record->version);
        versions.push_back(version ? std::optional(*std::move(version)) : std::nullopt);
        if (!versions.back())
            continue; // conda could not install it
        const auto [at, isNew] = best.try_emplace(record->name, Best{*versions.back(), record->buildNumber});
        if (isNew)
            continue;
        const bool newer = at->second.version < *versions.back();
        const bool same = at->second.version == *versions.back();
        if (newer || (same && at->second.buildNumber < record->buildNumber))
            at->second = {*versions.back(), record->buildNumber};
    }
    size_t kept = 0;
    for (size_t i = 0; i < records.size(); ++i) {
        const auto at = best.find(records[i]->name);
        if (versions[i] && at->second.version == *versions[i] && at->second.buildNumber == records[i]->buildNumber)
            records[kept++] = records[i];
    }
    records.resize(kept);
}

bool isSelected(const CopySpec& spec, const conda::PackageRecord& record)
{
    return spec.packages.empty() || std::any_of(spec.packages.begin(), spec.packages.end(),
                                                [&](const auto& one) { return one.matches(record); });
}

/// Plans one subdir after the other into one CopyPlan.
class Planner
{
public:
    Planner(const CopySpec& spec, PackageSource& source, PackageStore& store, bool signedIn)
        : m_spec(spec)
        , m_source(source)
        , m_store(store)
        , m_signedIn(signedIn)
        , m_plan(std::make_shared<CopyPlan>())
    {
        m_plan->selective = !spec.packages.empty() || spec.newestOnly;
    }

    Result<void> addSubdir(const QString& subdir);
    Result<std::shared_ptr<const CopyPlan>> finish();

private:
    Result<StoredIndex> readIndex(const QString& subdir, const char* name, const Digest& known);
    Result<void> readStore(PlannedSubdir& subdir);
    void select(const conda::Repodata& index, bool yanked);
    void take(const conda::PackageRecord& record, bool yanked);
    [[nodiscard]] bool isThere(const PlannedSubdir& subdir, const conda::PackageRecord& record, bool yanked) const;
    void refuse(const QString& subdir, const QString& fileName, const QString& reason);
    void group(size_t from);

    const CopySpec& m_spec;
    PackageSource& m_source;
    PackageStore& m_store;
    bool m_signedIn;
    std::shared_ptr<CopyPlan> m_plan;
};

Result<void> Planner::addSubdir(const QString& name)
{
    PlannedSubdir subdir;
    subdir.name = name;
    const bool storeFirst = std::holds_alternative<CacheFolder>(m_spec.source);
    if (storeFirst) {
        if (auto read = readStore(subdir); !read)
            return read;
    }
    auto index = m_source.index(name, m_spec.yanked, subdir.storedIndex.repodata.get());
    if (!index)
        return index.error();
    if (!index->index) {
        if (m_spec.subdirsNamed)
            return Error{ErrorKind::NotFound,
                         QStringLiteral("%1 has no index of %2").arg(describe(m_spec.source), name),
                         {},
                         Side::Source};
        m_plan->missingSubdirs.append(name);
        return {};
    }
    subdir.index = index->index;
    subdir.yanked = index->yanked;
    subdir.sourceOwn = index->own;
    if (!storeFirst) {
        if (auto read = readStore(subdir); !read)
            return read;
    }
    m_plan->subdirs.push_back(std::move(subdir));

    const size_t first = m_plan->files.size();
    const PlannedSubdir& added = m_plan->subdirs.back();
    select(*added.index, false);
    if (added.yanked)
        select(*added.yanked, true);
    for (const conda::RefusedRecord& damaged : index->damaged)
        refuse(name, damaged.fileName, damaged.reason);
    group(first);
    return {};
}

Result<StoredIndex> Planner::readIndex(const QString& subdir, const char* name, const Digest& known)
{
    auto stored = m_store.index(subdir, QLatin1String(name), known);
    if (stored || m_signedIn || stored.error().kind != ErrorKind::Auth)
        return stored;
    const QString note =
        QStringLiteral("the registry can't be read without credentials, so what is there already is not known");
    if (!m_plan->notes.contains(note))
        m_plan->notes.append(note);
    return StoredIndex{};
}

Result<void> Planner::readStore(PlannedSubdir& subdir)
{
    auto stored = readIndex(subdir.name, naming::indexName, subdir.index ? subdir.index->digest() : Digest());
    if (!stored)
        return stored.error();
    subdir.storedIndex = *std::move(stored);
    if (subdir.index && subdir.storedIndex.digest == subdir.index->digest())
        subdir.storedIndex.repodata = subdir.index; // the same bytes: not asked for a second time
    if (!subdir.yanked)
        return {};
    stored = readIndex(subdir.name, naming::yankedName, {});
    if (!stored)
        return stored.error();
    subdir.storedYanked = *std::move(stored);
    return {};
}

void Planner::select(const conda::Repodata& index, bool yanked)
{
    const PlannedSubdir& subdir = m_plan->subdirs.back();
    std::vector<const conda::PackageRecord*> selected;
    for (const conda::PackageRecord& record : index.records()) {
        if (yanked && subdir.index->find(record.fileName))
            continue; // in the channel's index as well, whose record counts
        if (isSelected(m_spec, record))
            selected.push_back(&record);
    }
    if (m_spec.newestOnly)
        keepNewest(selected);
    for (const conda::PackageRecord* record : selected)
        take(*record, yanked);
    for (const conda::RefusedRecord& refused : index.refused()) {
        // Nothing is known about it but its name, so only a run that wants everything can be said to want it.
        if (!m_plan->selective)
            refuse(subdir.name, refused.fileName, refused.reason);
    }
}

void Planner::take(const conda::PackageRecord& record, bool yanked)
{
    const PlannedSubdir& subdir = m_plan->subdirs.back();
    // What stays on a disk of one's own is nobody's mirror.
    if (std::holds_alternative<RegistryChannel>(m_spec.store) &&
        isUndistributable(channelName(m_spec.source), record.name)) {
        ++m_plan->undistributable;
        return;
    }
    if (m_spec.presence == Presence::SourceIndex && !m_spec.deep && subdir.sourceOwn &&
        conda::lists(*subdir.sourceOwn, record)) {
        ++m_plan->presentFiles; // not asked about, so nothing is claimed about it
        m_plan->presentBytes += std::max<qint64>(record.size, 0);
        return;
    }
    PlannedFile file{&record, static_cast<quint32>(m_plan->subdirs.size() - 1), yanked, false};
    if (auto named = m_store.checkName(fileRef(*m_plan, file)); !named)
        return refuse(subdir.name, text(record.fileName), named.error().message);
    if (record.sha256.empty() && record.md5.empty())
        return refuse(subdir.name, text(record.fileName),
                      QStringLiteral("its record has neither sha256 nor md5, so its bytes could not be checked"));
    file.present = !m_spec.deep && isThere(subdir, record, yanked);
    m_plan->files.push_back(file);
}

bool Planner::isThere(const PlannedSubdir& subdir, const conda::PackageRecord& record, bool yanked) const
{
    const auto in = [&](const StoredIndex& stored) {
        const bool counts = stored.trusted || m_spec.presence == Presence::StoreIndex;
        return counts && stored.repodata && conda::lists(*stored.repodata, record);
    };
    // A package moves from one list to the other when the channel removes it, or takes it back.
    return in(yanked ? subdir.storedYanked : subdir.storedIndex) ||
           in(yanked ? subdir.storedIndex : subdir.storedYanked);
}

void Planner::refuse(const QString& subdir, const QString& fileName, const QString& reason)
{
    m_plan->refused.push_back({subdir, fileName, reason});
}

void Planner::group(size_t from)
{
    auto& files = m_plan->files;
    const auto begin = files.begin() + static_cast<std::ptrdiff_t>(from);
    // Formats side by side, .conda first.
    std::sort(begin, files.end(), [](const PlannedFile& a, const PlannedFile& b) {
        const int order = stemOf(*a.record).compare(stemOf(*b.record));
        return order != 0 ? order < 0 : a.record->format < b.record->format;
    });
    for (size_t first = from; first < files.size();) {
        size_t end = first + 1;
        while (end < files.size() && stemOf(*files[end].record) == stemOf(*files[first].record))
            ++end;
        bool complete = true;
        for (size_t i = first; i < end; ++i) {
            const qint64 size = std::max<qint64>(files[i].record->size, 0);
            (files[i].present ? m_plan->presentFiles : m_plan->copyFiles) += 1;
            (files[i].present ? m_plan->presentBytes : m_plan->copyBytes) += size;
            complete = complete && files[i].present;
        }
        if (!complete)
            m_plan->units.push_back({static_cast<quint32>(first), static_cast<quint32>(end - first)});
        first = end;
    }
}

Result<std::shared_ptr<const CopyPlan>> Planner::finish()
{
    if (m_plan->subdirs.empty())
        return Error{ErrorKind::NotFound,
                     QStringLiteral("%1 has no index of any of %2")
                         .arg(describe(m_spec.source), m_spec.subdirs.join(QStringLiteral(", "))),
                     {},
                     Side::Source};
    return std::shared_ptr<const CopyPlan>(std::move(m_plan));
}

} // namespace

Result<std::shared_ptr<const CopyPlan>> makePlan(const CopySpec& spec, PackageSource& source, PackageStore& store,
                                                 bool signedIn, const std::stop_token& stop)
{
    Planner planner(spec, source, store, signedIn);
    for (const QString& subdir : spec.subdirs) {
        if (stop.stop_requested())
            return Error{ErrorKind::Cancelled, QStringLiteral("cancelled")};
        if (auto added = planner.addSubdir(subdir); !added)
            return added.error();
    }
    return planner.finish();
}

bool isUndistributable(const QString& channelName, std::string_view packageName)
{
    // conda-forge's own list (the predecessor downloads it at every start).
    static constexpr std::array<std::string_view, 11> names{
        "cudatoolkit", "cudnn",        "cutensor",  "cusparselt",       "msmpi",      "msms",
        "nvcc",        "edgetest-hub", "cuquantum", "cuquantum-python", "cuda-python"};
    const bool condaForge =
        channelName == QLatin1String("conda-forge") || channelName.startsWith(QLatin1String("conda-forge/"));
    return condaForge && std::find(names.begin(), names.end(), packageName) != names.end();
}

FileRef fileRef(const CopyPlan& plan, const PlannedFile& file)
{
    const conda::PackageRecord& record = *file.record;
    return {plan.subdirOf(file), &record, {record.name, record.version, record.build, record.format}};
}

} // namespace condaoci::mirror
