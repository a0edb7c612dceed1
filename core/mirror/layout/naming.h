// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"
#include "core/conda/packagename.h"

#include <QDateTime>
#include <QString>

#include <array>
#include <optional>
#include <string_view>

/// Where a conda package stands in a registry, layout v0: the one that the predecessor writes and every released reader
/// reads. The only place that knows these rules.
namespace condaoci::mirror::naming {

inline constexpr char condaLayer[] = "application/vnd.conda.package.v2";
inline constexpr char tarBz2Layer[] = "application/vnd.conda.package.v1";
inline constexpr char infoLayer[] = "application/vnd.conda.info.v1.tar+gzip";
inline constexpr char indexJsonLayer[] = "application/vnd.conda.info.index.v1+json";
inline constexpr char repodataLayer[] = "application/vnd.conda.repodata.v1+json";
inline constexpr char repodataZstLayer[] = "application/vnd.conda.repodata.v1+json+zst";

/// Of every manifest's config, the bytes `{}`: the predecessor's type, which all that read through oras-py know.
inline constexpr char configMediaType[] = "application/vnd.unknown.config.v1+json";

inline constexpr char md5Annotation[] = "org.conda.md5";
inline constexpr char creationTimeAnnotation[] = "creationTime";
/// On our index manifests: "present" (lists exactly what is there) or "full" (the channel's whole index).
inline constexpr char indexAnnotation[] = "dev.conda-oci-mirror.index";
/// On our index manifests: the digest of the channel index that they were made from.
inline constexpr char sourceAnnotation[] = "dev.conda-oci-mirror.source";
/// On our index manifests: the manifests of all packages that the index lists have the form of this revision. Version
/// 0.1 wrote manifests with an artifactType, which oras-py refuses, and no such annotation.
inline constexpr char revisionAnnotation[] = "dev.conda-oci-mirror.revision";
inline constexpr char revision[] = "1";
/// On our index manifests: "yes" (placeholders are there beside the index) or "no" (the registry refused them).
inline constexpr char placeholdersAnnotation[] = "dev.conda-oci-mirror.placeholders";

/// On our index manifests: the channel that they are of (conda::Channel::identity).
inline constexpr char channelAnnotation[] = "dev.conda-oci-mirror.channel";
/// On our index manifests: how many records they list.
inline constexpr char recordsAnnotation[] = "dev.conda-oci-mirror.records";
/// On our index manifests: the tags of their own (ownTag) of all indexes that are in this one, its own among them, by
/// time and separated by spaces; without those that are more than a day older than it.
inline constexpr char mergedAnnotation[] = "dev.conda-oci-mirror.merged";

inline constexpr char indexName[] = "repodata.json";
/// Beside a cache's index: what indexes promised of files that have other bytes and are not listed any more. Without it
/// the next run would take them for new packages.
inline constexpr char damagedName[] = ".damaged.json";
inline constexpr char yankedName[] = "repodata_from_packages.json";
/// Documents that mamba and pixi ask for before the index, and that no mirror has. Where the repository does not exist
/// at all, ghcr.io answers 403 instead of 404, and these readers give up. So each holds one empty manifest under a tag
/// that is not `latest`.
inline constexpr std::array placeholderNames{"repodata_shards.msgpack.zst", "repodata.json.zst"};
inline constexpr char placeholderTag[] = "none";
/// While a mirror of somebody else's is taken over: the same index under another tag, with what was found to be there.
inline constexpr char verifiedName[] = "repodata.json:verified";

/// `NAME.shard-I-of-N`: what a shard of a mirror publishes in place of the index NAME, for the run that publishes it.
[[nodiscard]] QString shardName(const QString& index, int number, int count);

[[nodiscard]] QString packageLayer(conda::Format format);

/// `CHANNEL/SUBDIR/NAME`, a leading underscore escaped as `zzz_`. Without the endpoint's prefix.
[[nodiscard]] QString repository(const QString& channel, const QString& subdir, std::string_view name);
/// `VERSION-BUILD` with `+` → `__p__`, `!` → `__e__`, `=` → `__eq__`.
[[nodiscard]] QString tag(std::string_view version, std::string_view build);
/// The inverse of the escapes in tag() and repository(); for showing what a registry holds.
[[nodiscard]] QString decodeTag(const QString& tag);
[[nodiscard]] QString decodeName(const QString& repositoryComponent);

/// Can this package be named in a registry, and be found again under its own name? Error kind Config, the reason in the
/// message: a repository or tag that the distribution spec forbids, or a name that already contains escape text and so
/// would read back as another one. \param host  counts towards the 255 characters of repository and host
[[nodiscard]] Result<void> check(const QString& host, const QString& repositoryWithPrefix, const QString& tag,
                                 const conda::PackageName& name);

/// `NAME-VERSION-BUILD/info.tar.gz` and `…/info/index.json`
[[nodiscard]] QString infoTitle(const conda::PackageName& name);
[[nodiscard]] QString indexJsonTitle(const conda::PackageName& name);
/// `YYYY.MM.DD.HH.MM` in UTC.
[[nodiscard]] QString timeText(qint64 millisecondsSince1970);

/// `YYYY.MM.DD.HH.MM.SS` in UTC, with which the tags of what was published since then sort behind it.
[[nodiscard]] QString secondText(const QDateTime& time);
/// The tag of an index's own, `YYYY.MM.DD.HH.MM.SS-RANDOM` in UTC, made anew each time: nobody ever overwrites it.
[[nodiscard]] QString ownTag(const QDateTime& time);
[[nodiscard]] bool isOwnTag(const QString& tag);
/// The time of such a tag, or of one of `YYYY.MM.DD.HH.MM`, as version 0.1 and the predecessor gave to their indexes;
/// nullopt for every other tag.
[[nodiscard]] std::optional<QDateTime> timeOfTag(const QString& tag);

} // namespace condaoci::mirror::naming
