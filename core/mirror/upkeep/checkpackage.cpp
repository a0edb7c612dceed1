// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/upkeep/checkpackage.h"

#include "core/conda/infotar.h"
#include "core/mirror/layout/naming.h"

#include <QRandomGenerator>

namespace condaoci::mirror {

CheckPackage::CheckPackage()
{
    const QString id = QStringLiteral("%1").arg(QRandomGenerator::global()->generate64(), 16, 16, QLatin1Char('0'));
    name = QStringLiteral("conda-oci-check-") + id;
    const QByteArray indexJson = "{\"build\":\"0\",\"build_number\":0,\"depends\":[],\"name\":\"" + name.toLatin1() +
                                 "\",\"subdir\":\"noarch\",\"version\":\"1\"}\n";
    const auto info = conda::makeInfoTarGz({conda::InfoMember{"index.json", indexJson, {}}});
    const QByteArray package = QByteArray(1000, '.') + id.toLatin1();
    for (const auto& [mediaType, title, bytes] :
         {std::tuple{naming::condaLayer, name + QStringLiteral("-1-0.conda"), package},
          std::tuple{naming::infoLayer, name + QStringLiteral("-1-0/info.tar.gz"), info.value_or(id.toLatin1())},
          std::tuple{naming::indexJsonLayer, name + QStringLiteral("-1-0/info/index.json"), indexJson}}) {
        blobs.emplace_back(oci::Descriptor{QLatin1String(mediaType),
                                           Digest::ofBytes(bytes),
                                           bytes.size(),
                                           {{QLatin1String(oci::titleAnnotation), title}}},
                           bytes);
        manifest.layers.push_back(blobs.back().first);
    }
}

} // namespace condaoci::mirror
