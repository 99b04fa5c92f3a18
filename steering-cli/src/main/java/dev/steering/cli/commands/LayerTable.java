package dev.steering.cli.commands;

import dev.steering.cli.terminal.LayerStrip;
import dev.steering.core.reliability.LayerReliability;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.SteeringVector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** What extraction measured, a line a layer. */
final class LayerTable {
    private LayerTable() {}

    static void print(PrintWriter out, Path file, SteeringVector vector) {
        out.printf(
                Locale.ROOT,
                "%s: %s of %d harmful and %d harmless prompts, token %s, %s%n",
                file,
                vector.provenance().method(),
                vector.requirePrompts().harmful().size(),
                vector.requirePrompts().harmless().size(),
                vector.provenance().tokenSelector(),
                vector.provenance().modelName());
        boolean sure = vector.requireStatistics().stream().anyMatch(s -> s.reliability() != null);
        out.printf(
                Locale.ROOT,
                "%5s  %14s  %15s  %12s%s%n",
                "layer",
                "direction norm",
                "activation norm",
                "separability",
                sure ? "  cosine (90 %)  split half     AUC  by chance" : "");
        for (LayerStatistics s : vector.requireStatistics()) {
            LayerReliability measured = s.reliability();
            out.printf(
                    Locale.ROOT,
                    "%5d  %14.4f  %15.4f  %12.3f%s%n",
                    s.layer(),
                    s.directionNorm(),
                    s.activationNorm(),
                    s.separability(),
                    measured == null ? "" : sureness(measured));
        }
        LayerStrip.print(
                out,
                "separability",
                vector.requireStatistics().stream()
                        .map(LayerStatistics::separability)
                        .toList());
    }

    private static String sureness(LayerReliability measured) {
        return String.format(
                Locale.ROOT,
                "   %.3f..%.3f  %10.3f  %6.3f  %9.3f%s",
                measured.cosine().low(),
                measured.cosine().high(),
                measured.splitHalf(),
                measured.auc(),
                measured.control().chance(),
                measured.toldFromChance() ? "" : "  like chance");
    }
}
