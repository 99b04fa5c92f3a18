package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void theVariableIsHeardFirstThenTheLauncherAndNonsenseNever() {
        assertEquals(100, Terminal.columns("100", "60"));
        assertEquals(60, Terminal.columns(null, "60"));
        assertEquals(60, Terminal.columns("wide", "60"));
        assertEquals(80, Terminal.columns(null, null));
        assertEquals(80, Terminal.columns("-3", "0"));
        assertEquals(40, Terminal.columns("5", null));
    }
}
