/** One class per subcommand, and the options that several of them share. */
@NullMarked
package dev.steering.cli.commands;

import org.jspecify.annotations.NullMarked;
