# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
# KF6::Archive: the system's, or on systems that have KArchive for Qt 5 only a static build of 5.116.0 for Qt 6,
# made once into a prefix below the build folder (or CONDAOCI_KARCHIVE_PREFIX, to share one between build folders).

find_package(KF6Archive CONFIG QUIET)
if(NOT KF6Archive_FOUND)
    set(CONDAOCI_KARCHIVE_PREFIX ${CMAKE_BINARY_DIR}/karchive CACHE PATH "Where KArchive for Qt 6 is built")
    execute_process(COMMAND ${CMAKE_SOURCE_DIR}/packaging/karchive.sh ${CONDAOCI_KARCHIVE_PREFIX}
        RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "KArchive for Qt 6 could not be built; see above.")
    endif()
    find_package(KF5Archive 5.116 CONFIG REQUIRED NO_DEFAULT_PATH PATHS ${CONDAOCI_KARCHIVE_PREFIX})
    # The old namespace is an accident of its version; the code sees one name.
    add_library(KF6::Archive ALIAS KF5::Archive)
endif()
