// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QtGlobal>

#include <chrono>

/// Every number that bounds what a peer can make us do. Sizes are bytes.
namespace condaoci::limits {

using namespace std::chrono_literals;

inline constexpr qint64 KiB = 1024;
inline constexpr qint64 MiB = 1024 * KiB;
inline constexpr qint64 GiB = 1024 * MiB;

// Documents of a registry
inline constexpr qint64 manifestRead = 8 * MiB;
inline constexpr qint64 manifestPush = 4 * MiB;
inline constexpr qint64 tokenBody = 128 * KiB;
inline constexpr qint64 tokenLength = 16 * KiB;
inline constexpr qint64 errorBodyRead = 64 * KiB;
inline constexpr int errorTextShown = 500; ///< characters
inline constexpr int tagsPerPage = 1000;
inline constexpr int tagPages = 10'000;
inline constexpr int tagsTotal = 1'000'000;
inline constexpr qint64 tagPageBody = 8 * MiB;
inline constexpr int jsonDepth = 64;
inline constexpr qint64 warningBytes = 4096;      ///< of all Warning fields of an answer
inline constexpr int warningsKept = 20;           ///< of all answers of a job
inline constexpr qint64 largestFile = 1024 * GiB; ///< that a descriptor or a record may promise
/// Of a package whose size no index says. The largest of conda-forge have 2 GiB, of any channel that is known 8; and a
/// server that never stops is noticed before it has filled a disk.
inline constexpr qint64 unsizedFile = 64 * GiB;
inline constexpr qint64 unsizedReserve = 1 * GiB; ///< that such a package leaves free, or half of what there is if less
inline constexpr qint64 unsizedLook = 16 * MiB;   ///< after so many more bytes the room is looked at again

// Documents of a channel
/// That of conda-forge's largest platform has 300 MB.
inline constexpr qint64 repodataInflated = 1 * GiB;
inline constexpr qint64 repodataUnannounced = 512 * MiB; ///< where the server does not say how long it is
inline constexpr qint64 repodataBeginning = 64 * KiB;    ///< in which it is seen whether it may be an index at all
inline constexpr qint64 repodataRecords = 5'000'000;
inline constexpr qint64 repodataKeys = 1000; ///< beside its sections of packages
/// Output : input, counted past documentRatioFrom. Real ones have 5 to 12, since each record has a sum or two that
/// nothing makes shorter; a record with 4 KiB of dependencies, again and again, comes to 70.
inline constexpr qint64 documentRatio = 100;
inline constexpr qint64 documentRatioFrom = 16 * MiB;
/// The shortest record that can be used (name, version, build, md5) has 93 bytes; counted past recordLengthFrom
/// records.
inline constexpr qint64 recordLength = 100;
inline constexpr qint64 recordLengthFrom = 100'000;
/// What all indexes that a run holds may take in memory, beside documentRatio times what came for them.
inline constexpr qint64 runIndexes = 256 * MiB;
inline constexpr qint64 namedOfAKind =
    100; ///< refused records, notes and failures with the same reason; the rest is counted
inline constexpr qint64 namedInAll = 1000; ///< whatever the reasons
/// Brackets within brackets of a record. serde, which rattler reads with, takes 128 in a document, Python's json 1000.
inline constexpr qint64 repodataDepth = 64;
inline constexpr qint64 indexJson = 1 * MiB;
inline constexpr qint64 metadataFile = 16 * MiB;
/// The largest of 270 real lock files has 3 MB and 140,000 values; none of them has an alias.
inline constexpr qint64 lockFile = 64 * MiB;
inline constexpr qint64 lockEntries = 500'000;   ///< of its list of packages
inline constexpr qint64 lockValues = 4'000'000;  ///< texts, begins and ends of lists and maps
inline constexpr int lockDepth = 64;             ///< lists and maps within each other
inline constexpr qint64 lockLookahead = 1 * MiB; ///< without a value; yaml-cpp takes up to 230 times as much memory
inline constexpr qint64 lockAliases = 16 * MiB;  ///< what is under anchors, and what aliases make of it

// Archives
inline constexpr int zstdWindowLogPackage = 27;
inline constexpr qint64 archiveEntries = 1'000'000;
inline constexpr qint64 archivePath = 1024;
inline constexpr qint64 archiveRatio = 200; ///< output : input, counted past archiveRatioFrom
/// A folder of zeros of this size is nothing unusual; reading it from bzip2 takes seconds, and no memory.
inline constexpr qint64 archiveRatioFrom = 1 * GiB;
inline constexpr qint64 infoArchive = 64 * MiB;   ///< all of info/, inflated, with its names
inline constexpr qint64 infoMembers = 50'000;     ///< files, links and folders; each takes some 500 bytes of memory
inline constexpr qint64 infoNames = 16 * MiB;     ///< the paths of these together
inline constexpr qsizetype sparseParts = 100'000; ///< of one file of a tar
inline constexpr qsizetype leftOutNamed = 3;      ///< members of a package's info/ that a note names
inline constexpr qsizetype leftOutNotes = 20;     ///< packages in a job's notes that have such members

// Time
inline constexpr auto connectTimeout = 10s;
inline constexpr auto idleTimeout = 60s;
inline constexpr auto minimumRateWindow = 60s;
inline constexpr qint64 minimumRate = 1 * KiB; ///< bytes a second over minimumRateWindow
inline constexpr auto smallRequestTotal = 60s; ///< everything but transfers into or out of a file
inline constexpr auto lockWait = 60s;
inline constexpr auto keychainWait = 60s; ///< for a keychain, which may have to ask its user
inline constexpr auto tokenRenewMargin = 10s;
inline constexpr auto tokenMinimumLife = 60s;
inline constexpr auto tokenLongestLife = 24h;      ///< whatever its server says
inline constexpr qsizetype challengeScopes = 4096; ///< of what a registry says that it wants, more is not repeated

// Heads of answers, which Qt collects without a limit of its own
inline constexpr qint64 headBytes = 4 * MiB;    ///< that came before the head was complete
inline constexpr qint64 silentBytes = 16 * MiB; ///< that came without content: trailers, extensions of chunks

// Retry
inline constexpr int attempts = 6;
inline constexpr int blobUnknownTries = 4;
inline constexpr auto retryBase = 500ms;
inline constexpr int retryFactor = 2;
inline constexpr auto retryCap = 30s;
inline constexpr auto retryAfterCap = 120s; ///< longer waits are reported instead of sat out
inline constexpr auto retryBudgetPerItem = 300s;
inline constexpr double retryShare = 0.2;  ///< of the requests to a host may be retries, so that no storm arises
inline constexpr double retryReserve = 30; ///< retries that a host is worth before it answered anything
inline constexpr double retryCredit = 300; ///< most retries that are saved up

// Transfers
inline constexpr int redirects = 10;
inline constexpr int addressesTried = 4;       ///< of a host that another one leads to
inline constexpr int hostStart = 2;            ///< requests at a time to a host that has not been asked yet
inline constexpr int hostMost = 64;            ///< requests at a time to one host, of all workers together
inline constexpr qint64 spoolMemory = 8 * MiB; ///< a package up to this size is held in memory, a larger one in a file
inline constexpr qint64 ioChunk = 256 * KiB;
/// Left free behind documents that are read whole: simdjson looks that far beyond their end, and would copy them
/// otherwise.
inline constexpr qint64 parserPadding = 256;
inline constexpr qint64 indexPiece = 1 * MiB;            ///< of an index is taken apart at a time
inline constexpr qint64 uploadChunk = 8 * MiB;           ///< of an upload in pieces, where the registry says nothing
inline constexpr qint64 uploadChunkLeast = 256 * KiB;    ///< smaller ones are not tried after a 413
inline constexpr qint64 uploadChunkDemanded = 256 * MiB; ///< OCI-Chunk-Min-Length beyond it is not obeyed
inline constexpr qint64 singlePost = 256 * KiB;          ///< a blob up to this size may be sent along with the POST
inline constexpr qint64 resumeUploadFrom = 8 * MiB;      ///< smaller blobs are sent again from the start
inline constexpr int uploadStandstills = 3;              ///< rounds without a byte more at the registry
inline constexpr int uploadClosings = 3;                 ///< PUTs that close an upload, where the registry wants more
inline constexpr int uploadTimesSent = 3;                ///< a blob's size may be sent in one upload
inline constexpr auto farewell = 1s;                     ///< for telling a registry that an upload is given up

// Jobs
inline constexpr auto progressInterval = 100ms;
inline constexpr auto indexPublishFirst = 1min; ///< then twice as long each time
inline constexpr auto indexPublishInterval = 15min;
inline constexpr auto indexesLookedFor = 12h; ///< after an index was published a run looks for others beside it
inline constexpr int indexesTakenIn = 16;     ///< of other runs at a time, each of which may have the size of an index

// Names
inline constexpr int repositoryWithHost = 255; ///< characters, distribution-spec's note to implementers
inline constexpr int tagLength = 128;
inline constexpr int fileNameLength = 255;

} // namespace condaoci::limits
