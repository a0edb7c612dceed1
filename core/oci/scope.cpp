// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/scope.h"

#include <QMap>

#include <set>

namespace condaoci::oci {

QByteArray unitedScopes(QByteArrayView a, QByteArrayView b)
{
    QMap<QByteArray, std::set<QByteArray>> actionsOf;
    for (const QByteArray& scope : (a.toByteArray() + ' ' + b.toByteArray()).split(' ')) {
        if (scope.isEmpty())
            continue;
        // The name may be HOST:PORT/…, so only the last colon parts the actions.
        const auto colon = scope.lastIndexOf(':');
        if (colon <= scope.indexOf(':')) {
            actionsOf[scope];
            continue;
        }
        for (const QByteArray& action : scope.mid(colon + 1).split(','))
            actionsOf[scope.left(colon)].insert(action);
    }
    QByteArrayList scopes;
    for (auto it = actionsOf.cbegin(); it != actionsOf.cend(); ++it) {
        const QByteArrayList actions(it->begin(), it->end());
        scopes.append(actions.isEmpty() ? it.key() : it.key() + ':' + actions.join(','));
    }
    return scopes.join(' ');
}

} // namespace condaoci::oci
