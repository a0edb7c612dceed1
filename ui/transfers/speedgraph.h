// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QList>
#include <QWidget>

namespace condaoci::ui {

/// Bytes a second over the last ten minutes, the newest at the end of the reading direction.
class SpeedGraph final : public QWidget
{
    Q_OBJECT

public:
    explicit SpeedGraph(QWidget* parent = nullptr);

    void setSpeeds(const QList<qint64>& bytesPerSecond);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QList<qint64> m_speeds;
};

} // namespace condaoci::ui
