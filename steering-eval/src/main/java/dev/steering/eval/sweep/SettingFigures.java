package dev.steering.eval.sweep;

/**
 * One setting and what came of it on the development prompts.
 *
 * @param setting the setting
 * @param rates its refusals
 */
public record SettingFigures(Setting setting, SafetyRates rates) {}
