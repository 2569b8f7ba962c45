/** The workload that a person at the command line is: its program has the same name. */
export const operatorName = 'operator';
