// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/credentials.h"

#include <QThreadPool>

#include <memory>

namespace condaoci::app {

/// The desktop application from start to end; its exit code. A second start hands its files to the first one's window,
/// raises that, and ends.
[[nodiscard]] int runWindow(int& argc, char** argv);

/// The window's passwords: those of findCredentials(), and for the registries that the user signed in to without a
/// keychain those of this run. The thread is one, and stays, since the keychain's library is to be used from one.
class WindowCredentials
{
public:
    WindowCredentials();
    ~WindowCredentials();
    [[nodiscard]] ui::Credentials functions();

private:
    struct Kept;
    std::shared_ptr<Kept> m_kept;
    QThreadPool m_thread;
};

} // namespace condaoci::app
