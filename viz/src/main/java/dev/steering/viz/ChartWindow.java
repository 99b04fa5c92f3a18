package dev.steering.viz;

import dev.steering.core.BadRequest;
import java.awt.AWTError;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.GraphicsEnvironment;
import java.awt.HeadlessException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.imageio.ImageIO;
import javax.swing.ImageIcon;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JScrollPane;
import javax.swing.JTabbedPane;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;
import org.jfree.chart.ChartPanel;
import org.jfree.chart.JFreeChart;

/** Charts in a window, a tab each: what JFreeChart draws can be zoomed and read off. Stateless and thread-safe. */
public final class ChartWindow {
    private ChartWindow() {}

    /**
     * Checks before anything is drawn whether there is a place for a window.
     *
     * @throws BadRequest if there is no display
     */
    public static void requireDisplay() {
        if (!hasDisplay()) {
            throw new BadRequest(
                    "There is no display to open a window on: expected one of the desktop's, or DISPLAY to name one that answers."
                            + " Look at the picture files instead.");
        }
    }

    /**
     * @return whether a window can be opened; a display that is named and does not answer is none
     */
    public static boolean hasDisplay() {
        if (GraphicsEnvironment.isHeadless()) {
            return false;
        }
        try {
            return GraphicsEnvironment.getLocalGraphicsEnvironment().getScreenDevices().length > 0;
        } catch (AWTError | HeadlessException | LinkageError e) {
            // What AWT says of a display that does not answer, the second time with an error of its own classes.
            return false;
        }
    }

    /**
     * Shows charts until the window is closed.
     *
     * @param title the window's title
     * @param charts what to show, at least one
     * @throws BadRequest if there is no display
     */
    public static void show(String title, List<Chart> charts) {
        requireDisplay();
        CountDownLatch closed = new CountDownLatch(1);
        try {
            SwingUtilities.invokeAndWait(() -> open(title, charts, closed));
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.lang.reflect.InvocationTargetException | HeadlessException e) {
            throw new BadRequest(
                    "The window could not be opened: " + e.getCause() + ". Look at the picture files instead.");
        }
    }

    private static void open(String title, List<Chart> charts, CountDownLatch closed) {
        JTabbedPane tabs = new JTabbedPane();
        charts.forEach(chart -> tabs.addTab(chart.name(), content(chart)));
        JFrame frame = new JFrame(title);
        frame.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
        frame.addWindowListener(new java.awt.event.WindowAdapter() {
            @Override
            public void windowClosed(java.awt.event.WindowEvent event) {
                closed.countDown();
            }
        });
        frame.setContentPane(tabs);
        frame.setSize(new Dimension(1200, 800));
        frame.setVisible(true);
    }

    private static Component content(Chart chart) {
        JFreeChart drawn = chart.interactive();
        if (drawn != null) {
            return new ChartPanel(drawn);
        }
        try {
            return new JScrollPane(new JLabel(new ImageIcon(ImageIO.read(new ByteArrayInputStream(chart.png())))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
