# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
# core as a library for others: find_package(CondaOciMirror) and pkg-config condaocimirror.

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(include_folder ${CMAKE_INSTALL_INCLUDEDIR}/conda-oci-mirror)
set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/CondaOciMirror)
set_target_properties(core PROPERTIES OUTPUT_NAME condaocimirror EXPORT_NAME CondaOciMirror)
target_include_directories(core INTERFACE $<INSTALL_INTERFACE:${include_folder}>)
target_compile_features(core INTERFACE cxx_std_20)
# The layers' objects are in the archive; their targets go along only for what they link to.
install(TARGETS core ${layers} EXPORT CondaOciMirror ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT CondaOciMirror NAMESPACE CondaOciMirror:: DESTINATION ${config_folder} FILE CondaOciMirrorTargets.cmake)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} DESTINATION ${include_folder} FILES_MATCHING PATTERN "*.h")

# A KArchive that was built along is installed along: what is linked to it needs it.
set(bundled_karchive OFF)
if(KF5Archive_FOUND)
    set(bundled_karchive ON)
    install(DIRECTORY ${CONDAOCI_KARCHIVE_PREFIX}/lib DESTINATION ${CMAKE_INSTALL_LIBDIR}/conda-oci-mirror/karchive)
    install(DIRECTORY ${CONDAOCI_KARCHIVE_PREFIX}/include DESTINATION ${CMAKE_INSTALL_LIBDIR}/conda-oci-mirror/karchive)
    set(karchive_flags "-L\${libdir}/conda-oci-mirror/karchive/lib -lKF5Archive -lbz2 -llzma")
else()
    set(karchive_flags "-lKF6Archive")
endif()
set(karchive_folder ${CMAKE_INSTALL_LIBDIR}/conda-oci-mirror/karchive)
configure_package_config_file(CondaOciMirrorConfig.cmake.in CondaOciMirrorConfig.cmake
    INSTALL_DESTINATION ${config_folder} PATH_VARS karchive_folder)
write_basic_package_version_file(CondaOciMirrorConfigVersion.cmake COMPATIBILITY SameMinorVersion)
file(RELATIVE_PATH to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" to_prefix "${to_prefix}")
configure_file(condaocimirror.pc.in condaocimirror.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/CondaOciMirrorConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/CondaOciMirrorConfigVersion.cmake DESTINATION ${config_folder})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/condaocimirror.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
