// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/channels/channelspage.h"

namespace condaoci::ui {

ChannelsPage::ChannelsPage(Workspace& workspace, QWidget* parent)
    : Page(workspace, parent)
{
}

} // namespace condaoci::ui
