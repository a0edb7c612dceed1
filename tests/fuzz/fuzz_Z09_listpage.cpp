// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z09: a page of tags or of repositories. Only names that a registry may have come out of it.
#include "core/oci/listpage.h"
#include "core/oci/reference.h"

#include "tests/fuzz/fuzz.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace condaoci;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray body = fuzz::Input(data, size).rest();
    for (const QString& key : {QStringLiteral("tags"), QStringLiteral("repositories")}) {
        const auto page = oci::parseListPage(body, key);
        if (!page)
            continue;
        FUZZ_REQUIRE(page->names.size() <= page->entries && page->entries <= body.size());
        for (const QString& name : page->names)
            FUZZ_REQUIRE((oci::isTag(name) || oci::isRepositoryName(name)) && fuzz::isFitToShow(name));
        const QJsonObject written{{key, QJsonArray::fromStringList(page->names)}};
        const auto again = oci::parseListPage(QJsonDocument(written).toJson(), key);
        FUZZ_REQUIRE(again && again->names == page->names && again->entries == page->names.size());
    }
    return 0;
}
