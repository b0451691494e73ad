export * from '@downslope/core';
