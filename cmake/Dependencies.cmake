# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
# What we build on. packaging/dependencies.sh names the packages that bring it.

find_package(Threads REQUIRED)
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network Concurrent)
if(CONDAOCI_GUI)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Widgets Svg LinguistTools)
endif()
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
# No version here: its packages accept only requests for the very minor version that they are.
find_package(simdjson CONFIG REQUIRED)
if(simdjson_VERSION VERSION_LESS 3.0)
    message(FATAL_ERROR "simdjson 3.0 or newer is needed, ${simdjson_VERSION} is here")
endif()
find_package(yaml-cpp 0.7 CONFIG REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp) # before 0.8
    add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
find_package(PkgConfig REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
find_package(ZLIB REQUIRED)
find_package(CLI11 2.1 CONFIG REQUIRED)
find_package(Qt6Keychain 0.13 CONFIG REQUIRED)
include(KArchive)
