use super::draws::*; use super::gain::*; use super::measures::*;
use crate::train::*; use crate::data::*; use crate::masks::Masks; use crate::float_sampler::Integration;
use crate::data::{unit::Unit, transform::Transform, range::ValueRange, split::Split};
use ndarray::*; use rand::*; use rand_xoshiro::Xoshiro256PlusPlus; use rayon::prelude::*;
fn env<T: std::str::FromStr>(n:&str,d:T)->T{ std::env::var(n).ok().and_then(|v|v.parse().ok()).unwrap_or(d)}
#[test] #[ignore]
fn experiment(){
  let name: String=env("DATA","motion".to_owned());
  let seed:u64=env("SEED",0);
  let mut table=match name.as_str(){"motion"=>crate::datasets::motion(),"ecg"=>crate::datasets::ecg(),_=>crate::datasets::weather()};
  if env("LABEL",0)==0 {table.labels=None;}
  let split=Split::new(&table,env("TEST",0.2),seed+100).unwrap();
  let [rest,test]=split.tables(&table);
  let split=Split::new(&rest,0.2,seed).unwrap();
  let [tr,va]=split.tables(&rest);
  let (transform,x)=Transform::fit(&tr,ValueRange::of_table(&tr),seed);
  let unit=Unit::fit(&tr);
  let D=x.ncols();
  let mut rng=Xoshiro256PlusPlus::seed_from_u64(seed);
  // tasks
  let T=match name.as_str(){"motion"=>16,"ecg"=>64,_=>0};
  let mut tasks:Vec<(&str,Vec<Vec<bool>>)>=vec![];
  let n=env("SETS",4);
  if T>0{
    tasks.push(("30%",(0..n).map(|_| (0..D).map(|_| rng.random::<f32>()>=0.3).collect()).collect()));
    tasks.push(("half",vec![(0..D).map(|i| i%T<T/2).collect()]));
    tasks.push(("gap",vec![(0..D).map(|i| !(i%T>=T*3/8 && i%T<T*5/8)).collect()]));
  } else {
    for (l,p) in [("30%",0.3f32),("70%",0.7)]{ tasks.push((l,(0..8).map(|_| {let mut k:Vec<bool>=(0..D).map(|_| rng.random::<f32>()>=p).collect(); if k.iter().all(|k|*k){let u=rng.random_range(0..D); k[u]=false;} k}).collect())); }
    tasks.push(("one",(0..D).map(|u| (0..D).map(|i| i!=u).collect()).collect()));
  }
  let cls=|t:&Table| t.labels.as_ref().map(|l|l.of_row.clone());
  let ds=|t:&Table,x:Array2<f32>| match &t.labels{Some(l)=>Dataset::labelled(x,l.of_row.clone(),l.classes.len()).unwrap(),None=>Dataset::unlabelled(x).unwrap()};
  let w=env("W",64usize);
  let queries: Vec<Vec<bool>> = if env("DECL",0)==1 { tasks.iter().flat_map(|t|t.1.iter().cloned()).collect() } else {vec![]};
  let masked_net=env("MASK",1)==1;
  let q=if masked_net{Queries::Masked(std::sync::Arc::new(Masks::new(&tr,queries)))}else{Queries::None};
  let xv=transform.standardise(va.values.clone(),seed);
  let data=ds(&tr,x.clone()).queried(q.clone()); let vd=ds(&va,xv).queried(q);
  let config=TrainConfig{hidden:vec![w;3],iterations:env("IT",8000),seed, ..Default::default()};
  let start=std::time::Instant::now();
  let float=train(&data,Some(&vd),&config,None,&mut |_:RunProgress| std::ops::ControlFlow::Continue(())).unwrap();
  println!("{name} seed {seed} D {D} rows {} trained {:.0}s kept {} losses {:?}",x.nrows(),start.elapsed().as_secs_f64(),float.kept_step,float.progress.validation_loss);
  let integration=Integration::uniform(8,flowlet::Solver::ExponentialEuler);
  let dirs=Directions::fit(x.view(),cls(&tr).as_deref());
  let xt=transform.standardise(test.values.clone(),seed);
  let tt=unit.standardise(test.values.view()); let tu=unit.standardise(tr.values.view());
  let ct=cls(&test);
  let net_bytes=float.net.parameters().len()+2000; let krows=(net_bytes/D).min(tr.values.nrows());
  for (label,sets) in &tasks{
    let mut res=vec![vec![];6];
    for known in sets{
      let un:Vec<usize>=(0..D).filter(|&i|!known[i]).collect();
      if un.is_empty() || un.len()==D {continue;}
      let truth=tt.select(Axis(1),&un);
      let dec=|x:Array2<f32>| unit.standardise(transform.decode(x.view()).view()).select(Axis(1),&un);
      let given=Given{rows:xt.view(),known,class:ct.as_deref()};
      let s:f32=env("SPREAD",1.0);
      if masked_net { let d:Vec<_>=(0..32u64).into_par_iter().map(|k| dec(masked(&float,given,&integration,s,&mut Xoshiro256PlusPlus::seed_from_u64(k+7777)))).collect();
      res[0].push(FillScores::new(&d,&truth)); }
      let g=gains(&dirs,&integration,known);
      let d:Vec<_>=(0..32u64).into_par_iter().map(|k| dec(steered(&float,given,&integration,&g,s,&mut Xoshiro256PlusPlus::seed_from_u64(k+7777)))).collect();
      res[1].push(FillScores::new(&d,&truth));
      // knn
      let kn:Vec<usize>=(0..D).filter(|&i|known[i]).collect();
      for (slot,rows) in [(2,tr.values.nrows()),(3,krows)]{
        let tk=tt.select(Axis(1),&kn); let uk=tu.slice(s![..rows,..]).select(Axis(1),&kn); let uu=tu.slice(s![..rows,..]).select(Axis(1),&un);
        let near:Vec<Vec<usize>>=(0..tk.nrows()).into_par_iter().map(|r|{let mut d:Vec<(f32,usize)>=(0..rows).map(|j| ((&tk.row(r)-&uk.row(j)).mapv(|v|v*v).sum(),j)).collect(); d.sort_by(|a,b|a.0.total_cmp(&b.0)); d[..10].iter().map(|p|p.1).collect()}).collect();
        let d:Vec<Array2<f32>>=(0..10).map(|k| {let mut a=Array2::zeros(truth.dim()); for r in 0..tk.nrows(){a.row_mut(r).assign(&uu.row(near[r][k]));} a}).collect();
        res[slot].push(FillScores::new(&d,&truth));
      }
      // gaussian conditional in unit space
      let mean=tu.mean_axis(Axis(0)).unwrap(); let c=(&tu-&mean).mapv(f64::from); let mut S=c.t().dot(&c)/tu.nrows() as f64; S.diag_mut().mapv_inplace(|v|v+1e-4);
      use linfa_linalg::cholesky::*;
      let skk=S.select(Axis(0),&kn).select(Axis(1),&kn); let sku=S.select(Axis(0),&kn).select(Axis(1),&un);
      let a=skk.clone().solvec(&sku).unwrap(); let suu=S.select(Axis(0),&un).select(Axis(1),&un)-sku.t().dot(&a);
      let l=suu.cholesky().unwrap();
      let m=(&tt.select(Axis(1),&kn)-&mean.select(Axis(0),&kn)).mapv(f64::from).dot(&a)+mean.select(Axis(0),&un).mapv(f64::from);
      let d:Vec<Array2<f32>>=(0..32).map(|_|{let z=Array2::from_shape_simple_fn(m.dim(),|| -> f64 {use rand_distr::Distribution; rand_distr::StandardNormal.sample(&mut rng)}); (&m+&z.dot(&l.t())).mapv(|v|v as f32)}).collect();
      res[4].push(FillScores::new(&d,&truth));
    }
    let mean=|r:&Vec<FillScores>| {let n=r.len() as f64; (r.iter().map(|s|s.crps).sum::<f64>()/n, r.iter().map(|s|s.coverage).sum::<f64>()/n)};
    println!("{label:5} {}",["masked","gain","knn all","knn flash","gauss"].iter().zip(&res).map(|(n,r)|{let (c,k)=mean(r);format!("{n} {c:.3}/{:.0}%  ",100.*k)}).collect::<String>());
  }
}
