/** Returns thousandths as a number with two digits. */
export const points = (thousandths: number) => (thousandths / 1000).toFixed(2);
