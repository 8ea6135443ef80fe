/** What a reader selects: brushes of panels (b_) and of axes (c_), and jobs in the legend. */
export const SHARED = /^([bc]_[a-z0-9]+|legend)$/;

/** The box to tick that makes the objective's axes logarithmic. */
export const SWITCH = "log_objective";
