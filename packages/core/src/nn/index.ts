export { accuracy, auc, confusionMatrix, likeliest, logLoss, macroF1, mae, r2, rmse } from './metrics.js';
