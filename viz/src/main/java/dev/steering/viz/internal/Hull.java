package dev.steering.viz.internal;

import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The smallest convex shape around some boxes: Andrew's monotone chain over their corners. */
public final class Hull {
    private Hull() {}

    /** @return the shape around both boxes */
    public static Path2D around(Rectangle2D one, Rectangle2D other) {
        List<double[]> corners = new ArrayList<>();
        for (Rectangle2D box : List.of(one, other)) {
            for (double x : new double[] {box.getMinX(), box.getMaxX()}) {
                for (double y : new double[] {box.getMinY(), box.getMaxY()}) {
                    corners.add(new double[] {x, y});
                }
            }
        }
        corners.sort((p, q) -> p[0] != q[0] ? Double.compare(p[0], q[0]) : Double.compare(p[1], q[1]));
        List<double[]> path = new ArrayList<>(half(corners));
        Collections.reverse(corners);
        path.addAll(half(corners));
        Path2D hull = new Path2D.Double();
        hull.moveTo(path.get(0)[0], path.get(0)[1]);
        path.forEach(corner -> hull.lineTo(corner[0], corner[1]));
        hull.closePath();
        return hull;
    }

    private static List<double[]> half(List<double[]> corners) {
        List<double[]> chain = new ArrayList<>();
        for (double[] corner : corners) {
            while (chain.size() > 1 && turn(chain.get(chain.size() - 2), chain.get(chain.size() - 1), corner) <= 0) {
                chain.remove(chain.size() - 1);
            }
            chain.add(corner);
        }
        return chain;
    }

    private static double turn(double[] a, double[] b, double[] c) {
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    }
}
