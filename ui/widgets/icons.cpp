// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/widgets/icons.h"

namespace condaoci::ui {

QIcon icon(const char* name)
{
    return QIcon::fromTheme(QLatin1String(name),
                            QIcon(QStringLiteral(":/conda-oci-mirror/icons/%1.svg").arg(QLatin1String(name))));
}

} // namespace condaoci::ui
