// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/lookslike.h"

#include "core/base/messages.h"
#include "core/base/text.h"

#include <algorithm>

namespace condaoci::conda {

namespace {

constexpr qsizetype looked = 4096; // bytes of the beginning that tell what it is
constexpr qsizetype shown = 80;    // characters

bool isUtf16(QByteArrayView bytes)
{
    if (bytes.startsWith("\xff\xfe") || bytes.startsWith("\xfe\xff"))
        return true;
    // Without a mark: every other byte of plain text is null then.
    const auto half = bytes.first(std::min<qsizetype>(bytes.size(), 64));
    return half.size() >= 4 && std::count(half.begin(), half.end(), '\0') * 3 > half.size();
}

} // namespace

QString looksLike(QByteArrayView bytes)
{
    if (bytes.startsWith("\x1f\x8b"))
        return Messages::tr("it is a gzip file");
    if (bytes.startsWith("\x28\xb5\x2f\xfd"))
        return Messages::tr("it is a zstd file");
    if (bytes.startsWith("BZh"))
        return Messages::tr("it is a bzip2 file");
    if (bytes.startsWith("PK\x03\x04"))
        return Messages::tr("it is a zip file");
    if (isUtf16(bytes))
        return Messages::tr("it is UTF-16 text; save it as UTF-8");
    const bool isMarked = bytes.startsWith("\xef\xbb\xbf");
    const QByteArray start =
        bytes.first(std::min(bytes.size(), looked)).sliced(isMarked ? 3 : 0).toByteArray().trimmed().toLower();
    if (start.isEmpty())
        return Messages::tr("it is empty");
    if (start.startsWith("version https://git-lfs"))
        return Messages::tr("it is a Git LFS pointer; run `git lfs pull` to fetch the file itself");
    if (start.startsWith("<!doctype html") || start.startsWith("<html") ||
        (start.startsWith('<') && start.contains("<html")))
        return Messages::tr("it is an HTML page, for example a sign-in or an error page");
    if (start.startsWith("<?xml") || start.startsWith("<error"))
        return Messages::tr("it is an XML document: %1").arg(firstWords(bytes));
    return {};
}

QString firstWords(QByteArrayView bytes)
{
    return oneLine(withoutSecrets(QString::fromUtf8(bytes.first(std::min(bytes.size(), looked))).simplified()), shown);
}

} // namespace condaoci::conda
