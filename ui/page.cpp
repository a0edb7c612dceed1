// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/page.h"

#include "ui/widgets/icons.h"

#include <QAction>

namespace condaoci::ui {

QAction* Page::makeAction(const char* name, const char* iconName, const QString& text, const QKeySequence& key,
                          const std::function<void()>& run)
{
    auto* action = new QAction(icon(iconName), text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(action);
    connect(action, &QAction::triggered, this, run);
    return action;
}

} // namespace condaoci::ui
