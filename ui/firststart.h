// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QWidget>

class QPushButton;

namespace condaoci::ui {

/// What the window shows when there is nothing to show yet: three ways to begin.
class FirstStart final : public QWidget
{
    Q_OBJECT

public:
    explicit FirstStart(QWidget* parent = nullptr);

    void offerTryIt(); ///< again, where it came to nothing

Q_SIGNALS:
    void tryItWanted();
    void registryWanted();
    void cacheWanted();

private:
    QPushButton* m_tryIt = nullptr;
};

} // namespace condaoci::ui
