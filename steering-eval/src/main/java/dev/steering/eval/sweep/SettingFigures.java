package dev.steering.eval.sweep;

/**
 * One setting and what came of it on the development prompts.
 *
 * @param setting the setting
 * @param rates its refusals
 * @param missed share of the harmful prompts that its threshold takes for harmless, 0..1
 * @param stopped share of the harmless prompts that its threshold takes for harmful, 0..1
 */
public record SettingFigures(Setting setting, SafetyRates rates, double missed, double stopped) {
    /**
     * A setting whose threshold makes no mistake.
     *
     * @param setting the setting
     * @param rates its refusals
     */
    public SettingFigures(Setting setting, SafetyRates rates) {
        this(setting, rates, 0, 0);
    }
}
