// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QPushButton>

namespace condaoci::ui {

/// For a button that trusts, deletes, overwrites or ends something: Enter never presses it, wherever the focus is, and
/// no dialog takes it for its default. A click, the space bar and its letter do.
inline void onlyOnPurpose(QPushButton& button)
{
    button.setAutoDefault(false);
    button.setDefault(false);
    button.setProperty("onlyOnPurpose", true);
}

} // namespace condaoci::ui
