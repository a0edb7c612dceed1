// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/planner.h"

#include <algorithm>
#include <array>

namespace condaoci::mirror {

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

} // namespace condaoci::mirror
