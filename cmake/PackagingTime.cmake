# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
# Read by cpack: two packages of one commit are the same bytes, so the time in them is that of the commit.

if(CPACK_GENERATOR MATCHES "DEB|RPM")
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
endif()
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
    get_filename_component(source ${CPACK_RESOURCE_FILE_LICENSE} DIRECTORY)
    execute_process(COMMAND git -C ${source} log -1 --format=%ct OUTPUT_VARIABLE seconds OUTPUT_STRIP_TRAILING_WHITESPACE
        ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed)
        set(ENV{SOURCE_DATE_EPOCH} ${seconds})
    endif()
endif()
