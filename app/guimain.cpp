// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/application.h"

int main(int argc, char** argv)
{
    return condaoci::app::runWindow(argc, argv);
}
