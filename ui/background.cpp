// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/background.h"

namespace condaoci::ui {

QThreadPool* backgroundThreads()
{
    static QThreadPool threads;
    return &threads;
}

} // namespace condaoci::ui
