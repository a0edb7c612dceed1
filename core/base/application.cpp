// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/application.h"

#include <QCoreApplication>

#include <mutex>

namespace condaoci {

void ensureApplication()
{
    static std::mutex mutex;
    static int count = 1;
    static char name[] = "conda-oci-mirror";
    static char* arguments[] = {name, nullptr};
    const std::scoped_lock lock(mutex);
    if (!QCoreApplication::instance())
        new QCoreApplication(count, arguments);
}

} // namespace condaoci
